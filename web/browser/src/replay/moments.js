// What stood at each step of a case: the elements done and current, and the variables with what changed.

/** One moment a step: {done, now, gone, chosen: [ids], signers: {id: boxes}, variables: [{name, before, after, changed, last}]}. */
export function startOf(steps) {
  const inside = new Map();
  const done = new Set();
  const gone = new Set();
  const chosen = new Set();
  const known = new Map();
  return steps.map((step) => {
    for (const id of step.entered ?? []) inside.set(id, (inside.get(id) ?? 0) + 1);
    for (const id of step.left ?? []) {
      inside.set(id, Math.max(0, (inside.get(id) ?? 0) - 1));
      done.add(id);
    }
    for (const id of step.reached ?? []) done.add(id);
    for (const id of step.gone ?? []) {
      inside.set(id, Math.max(0, (inside.get(id) ?? 0) - 1));
      gone.add(id);
    }
    for (const id of step.chosen ?? []) chosen.add(id);
    const changed = new Set();
    for (const [name, before, after] of step.changes ?? []) {
      changed.add(name);
      known.set(name, { name, before, after, last: step.seq });
    }
    const variables = [...known.values()].map((entry) => {
      const now = changed.has(entry.name);
      return { ...entry, before: now ? entry.before : entry.after, changed: now };
    });
    variables.sort((one, other) => Number(other.changed) - Number(one.changed));
    const signers = step.signers ?? {};
    const now = [...inside].filter(([, count]) => count > 0).map(([id]) => id);
    return { done: [...done], now, gone: [...gone].filter((id) => !done.has(id) && !now.includes(id)), chosen: [...chosen], signers, variables };
  });
}
