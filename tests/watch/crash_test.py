"""crash.py, shorter."""

import random

import crash


def test_nothing_is_lost_and_nothing_told_twice(elasticmq, moto, tmp_path):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    verdict = crash.crash(40, seed, elasticmq, moto, tmp_path)
    assert verdict.broken == [], verdict.figures
    assert verdict.figures["webhook: answers"]["NoneType"] > 50, "it was hardly tried"
