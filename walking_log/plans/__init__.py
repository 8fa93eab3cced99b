"""Plans: what to walk next, step by step, at the reader's own pace."""
