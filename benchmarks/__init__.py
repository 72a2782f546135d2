"""What performance claims rest on: each workload prints its figure as a ratio to baselines that run beside it in the same minute."""
