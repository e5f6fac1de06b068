import pytest
from amazon.order_numbers import read_order_numbers

ONE, TWO = "302-1234567-1234567", "S01-7654321-7654321"


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE} {TWO}",
        f"\n{ONE},\r\n\t{TWO};;",
        f'"{ONE}"|"{TWO.lower()}"|"{ONE}"',
        f"{ONE.replace('-', chr(0x2011))}\u00a0{TWO.replace('-', chr(0x2013))}",
    ],
)
def test_numbers_are_found_between_anything(text):
    assert read_order_numbers(text) == ([ONE, TWO], [])


@pytest.mark.parametrize(
    "word",
    ["302-1234567-123456", "3021234567-1234567", "302-1234567-12345678", "ORDER", "ABC-1234567-1234567"],
)
def test_other_words_are_named(word):
    assert read_order_numbers(f"{ONE} {word}") == ([ONE], [word])


@pytest.mark.parametrize("text", ["", None, " ,; "])
def test_nothing(text):
    assert read_order_numbers(text) == ([], [])
