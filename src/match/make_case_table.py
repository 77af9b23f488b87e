#!/usr/bin/env python3
"""Writes case_table.inc: what other spellings a character above ASCII has in upper and lower case.

    python3 src/match/make_case_table.py > src/match/case_table.inc

Source of fact: the Unicode data of the running Python (its full, context-free case mappings).
Runs of characters whose single mapping lies at one distance are one line; the others, which map to
several characters or both ways, are listed one by one.
"""
import unicodedata


def spellings(code):
    char = chr(code)
    return sorted({char.upper(), char.lower()} - {char})


def extend(runs, code):
    first, last, step = runs[-1] if runs else (None, None, None)
    if runs and (code - last == step or (first == last and code - last <= 2)):
        runs[-1] = (first, code, code - last)
    else:
        runs.append((code, code, 1))


def main():
    runs, singles = {}, []  # delta -> [(first, last, step)]
    for code in range(0x80, 0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        others = spellings(code)
        if len(others) > 1 or any(len(text) > 1 for text in others):
            singles += [(code, text) for text in others]
        elif others:
            extend(runs.setdefault(ord(others[0]) - code, []), code)
    lines = sorted((*run, delta) for delta, of_delta in runs.items() for run in of_delta)
    print(f"// Made by make_case_table.py from Unicode {unicodedata.unidata_version}. Do not edit.")
    print("constexpr CaseRun kCaseRuns[] = {")
    for first, last, step, delta in lines:
        print(f"    {{0x{first:X}, 0x{last:X}, {step}, {delta}}},")
    print("};\nconstexpr CaseSpelling kCaseSpellings[] = {")
    for code, text in singles:
        quoted = "".join(f"\\x{byte:02x}" for byte in text.encode())
        print(f'    {{0x{code:X}, "{quoted}"}},')
    print("};")


main()
