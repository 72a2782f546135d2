"""Accounts: making them, signing in, passwords, account roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from processes import acts, clock, measures, settings
from processes.actors import SYSTEM, Actor
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from processes.models import AccountRole, Department, Person
from processes.people import lockout, passwords, sessions, texts

ADMIN_ROLES = frozenset({"system_admin", "security_admin", "audit_admin"})
ROLES = frozenset({"clerk", "analyst", "publisher", "operator", "auditor", "integrator"}) | ADMIN_ROLES
#: who keeps the accounts; while none of them is active, the page for the first administrator is open
KEEPERS = frozenset({"system_admin", "security_admin"})


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that succeeded: the cookie of its session."""

    login: str
    cookie: str
    must_change_password: bool


def sign_in(login: str, password: str, *, address: str | None = None, previous: str | None = None) -> SignedIn:
    """Begin a session; `previous` is the cookie that the browser sent, whose session ends.

    Raises NotAllowed("sign_in_failed") for an unknown or disabled account and for a wrong password alike, after the same time, and
    Unavailable("too_many_sign_ins") during a lock-out, which logins that nobody has know too.
    """
    login = texts.clean(login)[:100]
    login = login if texts.is_line(login) else ""
    with reading():
        stored = db.session.scalar(select(Person.password).where(Person.login == login, Person.active))
    right = passwords.matches(stored, password)
    with transaction():
        acts.lock()
        person = db.session.get(Person, login)
        who = lockout.subject(login, person is not None)
        locked = lockout.locked_until(who)
        if locked:
            lockout.record_locked(who, address)
        else:
            right = right and person is not None and person.active and person.password == stored
            lockout.record(who, allowed=right, address=address, person=person)
        cookie = sessions.begin(login, address, previous) if right and not locked else None
        must_change = person is not None and person.must_change_password
    if locked:
        measures.REFUSED_SIGN_INS.labels("locked").inc()
        raise _locked_out(locked)
    if cookie is None:
        measures.REFUSED_SIGN_INS.labels("wrong").inc()
        raise NotAllowed("sign_in_failed", attempts=settings.current().accounts.failed_sign_ins)
    return SignedIn(login, cookie, must_change)


def _locked_out(until: datetime) -> Unavailable:
    seconds = max(1, int((until - clock.now()).total_seconds()) + 1)
    return Unavailable("too_many_sign_ins", retry_after=seconds, minutes=settings.current().accounts.lock_minutes)


def create(
    login: str,
    name: str,
    roles: Iterable[str] = (),
    *,
    password: str | None = None,
    department: str | None = None,
    phone: str | None = None,
    must_change_password: bool = False,
    actor: Actor,
) -> None:
    """Make an account (`banjie user add`); without a password it can be used by token alone.

    Raises Conflict("account_exists") and changes nothing when the login is taken, Invalid for a name, role or password that is not
    allowed. Giving account roles needs a security administrator, the rest a system administrator.
    """
    acts.require_role(actor, {"system_admin"}, "account_created", login)
    given = check_roles(roles)
    if given - {"clerk"}:
        acts.require_role(actor, {"security_admin"}, "roles_changed", login)
    with transaction():
        add(login, name, given, password=password, department=department, phone=phone, must_change_password=must_change_password)
        acts.record("account_created", login, actor=actor, details={"name": name, "roles": sorted(given), "department": department})


def add(
    login: str,
    name: str,
    roles: frozenset[str],
    *,
    password: str | None = None,
    department: str | None = None,
    phone: str | None = None,
    must_change_password: bool = False,
) -> Person:
    """Write a new account inside the open transaction; see `create`."""
    login = texts.login(login)
    if db.session.scalar(select(Person.login).where(func.lower(Person.login) == login.lower())) is not None:
        raise Conflict("account_exists", login=login)
    if department is not None and db.session.get(Department, department) is None:
        raise Invalid("field_invalid", fields={"department": ["没有这个部门。"]})
    if password is not None:
        check_password(login, password, "password")
    person = Person(login=login, name=texts.name(name, "name"), department=department, phone=texts.phone(phone), created_at=clock.now())
    person.password = passwords.hashed(password) if password is not None else None
    person.must_change_password = must_change_password
    db.session.add(person)
    db.session.flush()
    write_roles(login, roles)
    return person


def check_roles(roles: Iterable[str]) -> frozenset[str]:
    """The account roles, with `clerk`, which everyone has; raises Invalid for an unknown one or two of the three admin roles."""
    given = frozenset(role.strip() for role in roles if role.strip())
    unknown = sorted(given - ROLES)
    if unknown:
        raise Invalid(
            "unknown_account_role", roles=unknown, known=sorted(ROLES), fields={"roles": [f"没有这样的角色：{'、'.join(unknown)}。"]}
        )
    if len(given & ADMIN_ROLES) > 1:
        fields = {"roles": ["系统管理员、安全管理员、审计管理员不能由同一个账号担任（三员分立）。"]}
        raise Invalid("admin_roles_separate", roles=sorted(given & ADMIN_ROLES), fields=fields)
    # An integrator is another system, not one of the office's people.
    return given if "integrator" in given else given | {"clerk"}


def write_roles(login: str, roles: Iterable[str]) -> None:
    """Let an account hold exactly these account roles, inside the open transaction."""
    db.session.execute(delete(AccountRole).where(AccountRole.login == login))
    db.session.add_all(AccountRole(login=login, role=role) for role in sorted(roles))
    db.session.flush()


def roles_of(login: str) -> frozenset[str]:
    """The account roles that an account holds."""
    with reading():
        return frozenset(db.session.scalars(select(AccountRole.role).where(AccountRole.login == login)))


def set_roles(login: str, roles: Iterable[str], *, actor: Actor) -> None:
    """Let an account hold exactly these account roles from the next request on. Needs a security administrator, never for oneself.

    While there is no active security administrator, a system administrator may appoint the first. Raises NotFound, Invalid,
    NotAllowed, and Conflict when no administrator would remain.
    """
    given = check_roles(roles)
    if not (_first_security_admin(login, given) and "system_admin" in actor.roles):
        acts.require_role(actor, {"security_admin"}, "roles_changed", login)
    if actor.login == login:
        acts.refuse(actor, "roles_changed", login, NotAllowed("own_roles"))
    with transaction():
        locked_person(login)
        before = roles_of(login)
        write_roles(login, given)
        check_keepers_remain()
        acts.record("roles_changed", login, actor=actor, details={"before": sorted(before), "after": sorted(given)})


def _first_security_admin(login: str, given: frozenset[str]) -> bool:
    with reading():
        return given - roles_of(login) == {"security_admin"} and not _holders_of({"security_admin"})


def may_set_roles(actor: Actor) -> bool:
    """Whether the actor gives account roles: a security administrator; a system administrator as long as there is none."""
    if "security_admin" in actor.roles:
        return True
    with reading():
        return "system_admin" in actor.roles and not _holders_of({"security_admin"})


def _holders_of(roles: Iterable[str]) -> list[str]:
    query = select(AccountRole.login).join(Person, Person.login == AccountRole.login).where(AccountRole.role.in_(set(roles)), Person.active)
    return list(db.session.scalars(query))


def check_keepers_remain() -> None:
    """Raise Conflict when no active account keeps the accounts any more, inside the transaction that would bring that about."""
    # Two changes at once would each leave the other's account; the chain's end lets only one decide at a time.
    acts.lock()
    if not _holders_of(KEEPERS):
        raise Conflict("last_administrator")


def needs_first_administrator() -> bool:
    """Whether no active account is a system or security administrator: then `first_administrator` works."""
    with reading():
        return not _holders_of(KEEPERS)


def first_administrator(login: str, name: str, password: str) -> None:
    """Make the first system administrator, of an empty installation or after the demo has gone.

    Raises NotFound as soon as there is an active system or security administrator: who comes later learns nothing.
    """
    with transaction():
        acts.lock()
        if _holders_of(KEEPERS):
            raise NotFound("page_not_found")
        add(login, name, frozenset({"clerk", "system_admin"}), password=password)
        acts.record("first_administrator", login, actor=SYSTEM, details={"name": name})


def locked_person(login: str) -> Person:
    """The row of a person, locked for this transaction; raises NotFound.

    The chain of acts is locked first, here and in every command that records an act and locks more: two commands never wait for
    each other.
    """
    acts.lock()
    query = select(Person).where(Person.login == login).with_for_update().execution_options(populate_existing=True)
    person = db.session.scalar(query)
    if person is None:
        raise NotFound("person_not_found", login=login)
    return person


def check_password(login: str, password: str, field: str) -> None:
    """Raise Invalid, with every fault, unless a new password meets the rule (C-ACC-07)."""
    faults = passwords.faults(password, login=login, shortest=settings.current().accounts.password_min_length)
    if faults:
        raise Invalid("password_refused", fields={field: faults})


def change_password(old: str, new: str, *, actor: Actor, cookie: str | None = None, address: str | None = None) -> str | None:
    """Change one's own password; all sessions of the account end, and the browser that asked gets the cookie of a new one.

    Raises Invalid for a wrong old or a refused new password; wrong ones count as failed sign-ins.
    """
    login = actor.login
    check_password(login, new, "new")
    with reading():
        stored = db.session.scalar(select(Person.password).where(Person.login == login))
    right = passwords.matches(stored, old)
    if right and passwords.matches(stored, new):
        raise Invalid("password_refused", fields={"new": ["新密码不能与旧密码相同。"]})
    replacement = passwords.hashed(new)
    with transaction():
        person = locked_person(login)
        locked = lockout.locked_until(login)
        right = right and person.password == stored
        if not locked and not right:
            lockout.record(login, allowed=False, address=address, person=person)
        if right and not locked:
            set_password(person, replacement, must_change=False)
            acts.record("password_changed", login, actor=actor)
        fresh = sessions.begin(login, address, cookie) if cookie and right and not locked else None
    if locked:
        raise _locked_out(locked)
    if not right:
        raise Invalid("password_refused", fields={"old": ["旧密码不对。"]})
    return fresh


def set_password(person: Person, stored: str, *, must_change: bool) -> None:
    """Write the hash of a new password inside the open transaction; every session of the account ends, a lock-out too."""
    person.password, person.must_change_password = stored, must_change
    person.failed_sign_ins, person.locked_until = 0, None
    sessions.end_all(person.login)
    db.session.flush()


def reset_password(login: str, *, actor: Actor) -> str:
    """Give an account a one-time password, which is returned once and must be changed at the next sign-in.

    A system administrator does this; for an account with an admin role a security administrator, and never for one's own.
    """
    check_may_keep(actor, "password_reset", login)
    password = passwords.one_time()
    stored = passwords.hashed(password)
    with transaction():
        person = locked_person(login)
        if not person.active:
            raise Conflict("account_disabled", login=login)
        set_password(person, stored, must_change=True)
        acts.record(lockout.PASSWORD_RESET, login, actor=actor)
    return password


def check_may_keep(actor: Actor, kind: str, login: str) -> None:
    """Raise NotAllowed, and record the attempt, unless the actor may reset, enable or disable this account.

    System administrators keep ordinary accounts; those with an admin role are kept by a security administrator, so that nobody
    takes over another's powers (三员分立). Nobody keeps the own account.
    """
    acts.require_role(actor, {_keeper_of(login)}, kind, login)
    if actor.login == login:
        acts.refuse(actor, kind, login, NotAllowed("own_account"))


def may_keep(actor: Actor, login: str) -> bool:
    """Whether the actor may reset, enable or disable this account, so that its page shows the buttons."""
    return actor.login != login and _keeper_of(login) in actor.roles


def _keeper_of(login: str) -> str:
    return "security_admin" if roles_of(login) & ADMIN_ROLES else "system_admin"
