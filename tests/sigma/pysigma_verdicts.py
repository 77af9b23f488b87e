"""What pySigma, the reference implementation, says of rules: the oracle of pysigma_test.cpp.

Reads rules from the file named on the command line, each ended by a line "=====", and prints one
line for each: "refused"; "crashed" where it fell over, which is no verdict; "accepted"; or, if the
title asks for it, the truth table of the condition over the fields a, b and c: a digit for each of
the eight worlds, bit 0 of whose number says whether a holds.
"""

import sys

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
)
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

FIELDS = ("a", "b", "c")


def holds(node, world):
    if isinstance(node, ConditionFieldEqualsValueExpression):
        return world >> FIELDS.index(node.field) & 1 == 1
    if isinstance(node, ConditionNOT):
        return not holds(node.args[0], world)
    if isinstance(node, ConditionAND):
        return all(holds(arg, world) for arg in node.args)
    if isinstance(node, ConditionOR):
        return any(holds(arg, world) for arg in node.args)
    raise TypeError(type(node))


def verdict(yaml):
    try:
        rule = SigmaRule.from_yaml(yaml)
        trees = [condition.parsed for condition in rule.detection.parsed_condition]
    except SigmaError:
        return "refused"
    except (TypeError, ValueError, AttributeError, IndexError):
        return "crashed"
    if len(trees) != 1 or "truth table" not in rule.title:
        return "accepted"
    return "".join("1" if holds(trees[0], world) else "0" for world in range(8))


def main():
    with open(sys.argv[1], encoding="utf-8") as cases:
        for yaml in cases.read().split("=====\n")[:-1]:
            print(verdict(yaml))


main()
