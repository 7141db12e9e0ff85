"""What quantity is published for what is available."""


def published(available: int, buffer_percent: int) -> int:
    """`floor(available × (1 − buffer))`, never below zero, in whole numbers so that nothing is rounded twice."""
    return max(0, available) * (100 - buffer_percent) // 100
