"""From texts to predicates: a parser that says at which character it stopped, and why.

    predicate  := both ("or" both)*
    both       := denied ("and" denied)*
    denied     := "not" denied | compared
    compared   := single (("<" | "<=" | "==" | "!=" | ">=" | ">") single)*
    single     := NUMBER | WORD [ "(" TEXT ("," TEXT)* ["," NUMBER] ")" ] | "(" predicate ")"

A text stands in single or double quotes; a quote of its own kind is written twice in it. Nothing is
evaluated here, and nothing is known of a lattice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, NoReturn, TypeAlias, cast

from lattice.errors import BadQuestion, closest
from lattice.queries.predicates.texts import Token, printable, refuse, tokens_of
from lattice.queries.predicates.words import (
    VOCABULARY,
    Call,
    Compared,
    Condition,
    Denied,
    Expected,
    Joined,
    Number,
    Sign,
    Span,
    Text,
    Word,
)

LONGEST = 20_000
DEEPEST = 50
_SHOWN = 30
_EXAMPLE = 'contains("books") and rank >= 3'
_JOINS = ("and", "or", "not")
_SIGNS = ("<", "<=", "==", "!=", ">=", ">", "=")
_Node: TypeAlias = Condition | Number


def parse_tree(text: str) -> Condition:
    """The tree of a predicate.

    Raises:
        BadQuestion: it cannot be read; says at which character, and what was expected there.
    """
    if len(text) > LONGEST:
        raise BadQuestion(
            f"The predicate is a text of {len(text):,} characters.",
            hint=f"At most {LONGEST:,} are read; a key (~0f) is the shortest spelling of a set.",
        )
    if not text.strip():
        raise BadQuestion(
            "The predicate is an empty text.",
            hint=f"Say what has to hold of a set: {_EXAMPLE}.",
        )
    return _Parser(text).whole()


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens_of(text))
        self.place = 0
        self.depth = 0

    def whole(self) -> Condition:
        tree = self.condition(self.either())
        if self.token.kind != "end":
            self.refuse_here("`and`, `or` or the end")
        return tree

    def either(self) -> _Node:
        return self.joined("or", self.both)

    def both(self) -> _Node:
        return self.joined("and", self.denied)

    def joined(self, word: Literal["and", "or"], part: Callable[[], _Node]) -> _Node:
        first = part()
        if not self.at("word", word):
            return first
        parts = [self.condition(first)]
        while self.at("word", word):
            self.take()
            parts.append(self.condition(part()))
        return Joined(word, tuple(parts), (parts[0].span[0], parts[-1].span[1]))

    def denied(self) -> _Node:
        if not self.at("word", "not"):
            return self.compared()
        sign = self.take()
        with self.deeper(sign):
            part = self.condition(self.denied())
        return Denied(part, (sign.span[0], part.span[1]))

    def compared(self) -> _Node:
        first = self.single()
        terms, signs = [first], []
        while self.token.kind == "sign" and self.token.content in _SIGNS:
            said = self.take().content
            signs.append(cast("Sign", "==" if said == "=" else said))
            terms.append(self.single())
        if not signs:
            return first
        span = (terms[0].span[0], terms[-1].span[1])
        return Compared(tuple(self.number(term) for term in terms), tuple(signs), span)

    def single(self) -> _Node:
        if self.token.kind == "number":
            return self.written()
        if self.at("sign", "("):
            opened = self.take()
            with self.deeper(opened):
                inner = self.either()
            self.close(opened)
            return inner
        if self.token.kind != "word" or self.token.content in _JOINS:
            named = self.token.kind == "text"
            hint = f"Say what of it: contains({self.said(self.token.span)})." if named else ""
            self.refuse_here("a word such as `contains`, `rank` or `score`, or a number", hint)
        return self.call()

    def call(self) -> Call:
        token = self.take()
        word = VOCABULARY.get(token.content)
        if word is None:
            near = closest(token.content, VOCABULARY)
            hint = "" if near else f"The words are {', '.join(VOCABULARY)}."
            refuse(self.text, token.span, f"`{token.content}` is no word of predicates", hint, near)
        texts, bound, end = self.arguments(token.content, word) if word.texts else ((), 0.0, token)
        if not word.texts and self.at("sign", "("):
            self.refuse_here(f"a comparison (`{token.content}` stands alone)", _as_in(word))
        return Call(token.content, word.kind, texts, bound, (token.span[0], end.span[1]))

    def arguments(self, said: str, word: Word) -> tuple[tuple[Text, ...], float, Token]:
        """What stands in the parentheses after a word, and the one that closes them."""
        hint = _as_in(word)
        opened = self.expect("(", f"`(` after `{said}`", hint)
        texts = [self.name(word.texts[0], hint)]
        for wanted in word.texts[1:]:
            self.expect(",", f"`,` and {_article(wanted)}", hint)
            texts.append(self.name(wanted, hint))
        while word.many and self.at("sign", ","):
            self.take()
            texts.append(self.name(word.texts[-1], hint))
        bound = 0.0
        if word.bounded:
            self.expect(",", "`,` and a number", hint)
            if self.token.kind != "number":
                self.refuse_here("a number", hint)
            bound = self.written().value
        return tuple(texts), bound, self.close(opened, hint)

    def name(self, wanted: Expected, hint: str) -> Text:
        if self.token.kind != "text":
            if self.token.kind in ("word", "number"):
                hint = f'Names stand in quotes: "{self.said(self.token.span)}".'
            self.refuse_here(f"{_article(wanted)} in quotes", hint)
        token = self.take()
        return Text(token.content, token.span)

    def written(self) -> Number:
        token = self.take()
        value = float(token.content)
        if not math.isfinite(value):
            refuse(self.text, token.span, "this number is too large", "Write one below 1e308.")
        return Number(value, token.span)

    # ------------------------------------------------------------ kinds

    def condition(self, node: _Node) -> Condition:
        """The node, if it is something that holds or not."""
        if isinstance(node, Number) or (isinstance(node, Call) and node.kind == "number"):
            example = VOCABULARY[node.word].example if isinstance(node, Call) else "rank >= 3"
            what = "a number says nothing alone, it has to be compared"
            refuse(self.text, node.span, what, f"As in {example}.")
        return node

    def number(self, node: _Node) -> Call | Number:
        """The node, if it is a number."""
        if isinstance(node, Number) or (isinstance(node, Call) and node.kind == "number"):
            return node
        what = "this holds or does not, and only numbers are compared"
        return refuse(self.text, node.span, what, "Join conditions with `and`, `or`, `not`.")

    # ------------------------------------------------------------ tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def at(self, kind: str, content: str) -> bool:
        return self.token.kind == kind and self.token.content == content

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, sign: str, what: str, hint: str) -> Token:
        if not self.at("sign", sign):
            self.refuse_here(what, hint)
        return self.take()

    def close(self, opened: Token, hint: str = "") -> Token:
        return self.expect(")", f"`)` to close the `(` at character {opened.span[0] + 1}", hint)

    def said(self, span: Span) -> str:
        return printable(self.text[slice(*span)])

    def refuse_here(self, expected: str, hint: str = "") -> NoReturn:
        found = self.said(self.token.span)
        shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
        here = f"not `{shown}`" if found else "but it ends here"
        if not found and not hint:
            hint = f"As in {_EXAMPLE}."
        refuse(self.text, self.token.span, f"expected {expected}, {here}", hint)

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            what = f"more than {DEEPEST} parts lie one in another here"
            refuse(self.text, token.span, what, "Leave out parentheses that change nothing.")
        yield
        self.depth -= 1


def _as_in(word: Word) -> str:
    return f"As in {word.example}."


def _article(wanted: Expected) -> str:
    return f"{'an' if wanted[0] in 'aeiou' else 'a'} {wanted}"
