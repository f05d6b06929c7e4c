"""How lines are recognised, and that every change to them leaves a finding."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.mrz import lines
from screening.mrz.result import Field, FindingCode, Format

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
MRV_A = ("V" + TD3[0][1:], "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<")
MRV_B = ("V" + TD2[0][1:], "L898902C<3UTO6908061F9406236ZE184226")

ZONES = {Format.TD1: TD1, Format.TD2: TD2, Format.TD3: TD3, Format.MRV_A: MRV_A, Format.MRV_B: MRV_B}

SPACE_FOR_FILLER, SPACES_REMOVED = FindingCode.SPACE_FOR_FILLER, FindingCode.SPACES_REMOVED
WRONG_LENGTH = FindingCode.WRONG_LENGTH


def noticed(raw: str | Sequence[str]) -> list[tuple[FindingCode, Field]]:
    return [(found.code, found.field) for found in lines.arrange(raw).findings]


@pytest.mark.parametrize("form", ZONES)
@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "", " ", "   ", "\n\n", " \n ", "\t"], ids=repr)
def test_every_way_to_break_lines_gives_the_same_sheet_and_no_finding(form: Format, separator: str) -> None:
    sheet = lines.arrange(f"  {separator.join(ZONES[form])}\n")
    assert sheet == lines.arrange(ZONES[form])
    assert sheet.layout is not None
    assert (sheet.layout.format, sheet.lines, sheet.complete, sheet.findings) == (form, ZONES[form], True, ())


@pytest.mark.parametrize("form", ZONES)
@pytest.mark.parametrize(
    "framed", ["\x02{}\r\x03", "\x02{}\r\n\x03\x00", "\x1b{}\x7f"], ids=["STX CR ETX", "STX CRLF ETX NUL", "ESC DEL"]
)
def test_what_frames_a_zone_or_its_lines_is_no_part_of_it(form: Format, framed: str) -> None:
    sheet = lines.arrange(ZONES[form])
    assert lines.arrange(framed.format("\r".join(ZONES[form]))) == sheet
    assert lines.arrange([framed.format(line) for line in ZONES[form]]) == sheet
    assert lines.arrange("".join(framed.format(line) for line in ZONES[form])) == sheet


def test_lower_case_is_folded_without_a_finding() -> None:
    assert lines.arrange([line.lower() for line in TD3]) == lines.arrange(TD3)


def test_folding_never_turns_one_character_into_two() -> None:
    sheet = lines.arrange([TD3[0].replace("ERIKSSON", "erik\u00dfson"), TD3[1]])
    assert sheet.lines == (TD3[0].replace("ERIKSSON", "ERIK\u00dfSON"), TD3[1])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([TD3[0].replace("<", " "), TD3[1]], [(SPACE_FOR_FILLER, Field.LINE_1)]),
        ([TD3[0].replace("<", "\u00a0"), TD3[1]], [(SPACE_FOR_FILLER, Field.LINE_1)]),
        ([TD3[0], TD3[1].replace("<", " ")], [(SPACE_FOR_FILLER, Field.LINE_2)]),
        (["".join(TD3).replace("<<<", "   ")], [(SPACE_FOR_FILLER, Field.ZONE)]),
        (["P< UTO" + TD3[0][5:], TD3[1]], [(SPACES_REMOVED, Field.LINE_1)]),
        ([" ".join(TD1[0]), TD1[1], TD1[2].replace("<", " ")],
         [(SPACES_REMOVED, Field.LINE_1), (SPACE_FOR_FILLER, Field.LINE_3)]),
        ([" ".join("".join(TD2))], [(SPACES_REMOVED, Field.ZONE)]),
    ],
)  # fmt: skip
def test_blanks_inside_are_read_and_reported(raw: list[str], expected: list[tuple[FindingCode, Field]]) -> None:
    whole = lines.arrange({88: TD3, 90: TD1, 72: TD2}[len("".join(lines.arrange(raw).lines))])
    sheet = lines.arrange(raw)
    assert (sheet.layout, sheet.lines, sheet.zone, sheet.complete) == (whole.layout, whole.lines, whole.zone, True)
    assert noticed(raw) == expected


@pytest.mark.parametrize(
    ("raw", "form", "expected"),
    [
        ([TD3[0], TD3[1][:-1]], Format.TD3, [(WRONG_LENGTH, Field.LINE_2)]),
        ([TD3[0] + "<", TD3[1]], Format.TD3, [(WRONG_LENGTH, Field.LINE_1)]),
        ([MRV_A[0][:-2], MRV_A[1]], Format.MRV_A, [(WRONG_LENGTH, Field.LINE_1)]),
        ([TD2[0], TD2[1][:20]], Format.TD2, [(WRONG_LENGTH, Field.LINE_2)]),
        (TD1[:2], Format.TD1, [(WRONG_LENGTH, Field.ZONE)]),
        (TD3[:1], Format.TD3, [(WRONG_LENGTH, Field.ZONE)]),
        ((*TD3, "<"), Format.TD3, [(WRONG_LENGTH, Field.LINE_3), (WRONG_LENGTH, Field.ZONE)]),
        ([TD3[0], TD3[1][:5] + " " + TD3[1][6:-1]], Format.TD3,
         [(WRONG_LENGTH, Field.LINE_2), (SPACE_FOR_FILLER, Field.LINE_2)]),
    ],
)  # fmt: skip
def test_a_wrong_length_is_reported_and_placed_in_the_nearest_format(
    raw: Sequence[str], form: Format, expected: list[tuple[FindingCode, Field]]
) -> None:
    sheet = lines.arrange(raw)
    assert sheet.layout is not None
    assert (sheet.layout.format, sheet.complete) == (form, False)
    assert len(sheet.zone) == sheet.layout.line_count * sheet.layout.width
    assert noticed(raw) == expected


@pytest.mark.parametrize("raw", ["", "\n", [], "HELLO", "<" * 87, "<" * 200, ["<" * 20] * 3])
def test_text_of_no_size_has_no_format(raw: str | list[str]) -> None:
    sheet = lines.arrange(raw)
    assert (sheet.layout, sheet.zone, sheet.complete) == (None, "", False)
    assert noticed(raw) == [(FindingCode.UNKNOWN_FORMAT, Field.ZONE)]


@given(st.text() | st.lists(st.text(), max_size=4))
def test_arranged_lines_never_hold_a_blank_once_a_format_is_known(raw: str | list[str]) -> None:
    sheet = lines.arrange(raw)
    if sheet.layout is not None:
        assert all(len(line.split()) == 1 for line in sheet.lines)
        assert sheet.complete == ("".join(sheet.lines) == sheet.zone)
