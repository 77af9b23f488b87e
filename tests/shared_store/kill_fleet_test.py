"""kill_fleet.py, shorter."""

import random

import kill_fleet


def test_nothing_is_lost_and_nothing_told_twice(dynamodb, tmp_path):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    verdict = kill_fleet.run(25, seed, dynamodb, tmp_path)
    assert verdict.broken == [], verdict.figures
    assert verdict.figures["killed in mid-work"] > 5, "it was hardly tried"
