"""Checks PDFs as PDF/UA-1 and PDF/A-2a, and what they say aloud: prints a line a finding, nothing where there is none.

Usage: accessible.py [--repeated-heads] PDF...
With --repeated-heads a table's head that is repeated on the next page may be an artifact, as the standard asks.
Needs page-validation and outloud, in the versions of accessible.txt.
"""

import sys

import outloud
import page

# FIG-012: a chart's alternative text is mostly numbers, which is what it shows.
# TBL-012: the cells of quiet hours are empty, and read as 0 by their actual text, which that rule does not look at.
expected = {"FIG-012", "TBL-012"}
paths = sys.argv[1:]
if paths[0] == "--repeated-heads":
    expected.add("TAG-002")
    paths.pop(0)

for path in paths:
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        for failure in page.validate_pdf(path, profile=profile).failures:
            print(f"{path}: {profile.value}: {failure}")
    result = outloud.check(path)
    if result.error:
        print(f"{path}: outloud: {result.error}")
    for found in result.findings:
        if found.rule not in expected:
            print(f"{path}: {found.severity} {found.rule}, page {found.page}: {found.message}: {found.evidence}")
