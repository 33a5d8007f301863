"""Speed and memory beside their raw limits, as ratios of medians taken in one run."""
