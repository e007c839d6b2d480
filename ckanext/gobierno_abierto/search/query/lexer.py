"""Lucene syntax to tokens. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.gobierno_abierto.common.errors import Fragment

from ..errors import BadSyntax, NotSupported, TooComplex

#: Longer than any question of a person or a page; a guard for the parser and the database.
MAX_LENGTH = 20_000
_SPACE = " \t\r\n\u3000\u00a0"
_STOPS = _SPACE + '()[]{}^~":'
_OPERATORS = {"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR", "NOT": "NOT"}


@dataclass(frozen=True)
class Token:
    """One token: `kind` is WORD, QUOTED, ( ) [ ] { } : ^ ~ + - AND OR NOT or END.

    `text` has no escapes any more; in a WORD, `pieces` tells literal text from the wildcards that were not escaped.
    `glued`: no space before it, which is what tells `a -b` from `a-b` and `word~` from `word ~`.
    """

    kind: str
    text: str
    position: int
    glued: bool = False
    pieces: tuple[tuple[str, str], ...] = ()


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, closed by END. Raises BadSyntax, NotSupported (regular expressions) or TooComplex."""
    if len(text) > MAX_LENGTH:
        raise TooComplex(what=Fragment("{count} caracteres", count=len(text)), limit=MAX_LENGTH)
    return _Lexer(text).run()


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[Token] = []

    def run(self) -> list[Token]:
        while True:
            glued = self._skip_space()
            if self.at >= len(self.text):
                self.found.append(Token("END", "", self.at, glued))
                return self.found
            self._one(glued)

    def _skip_space(self) -> bool:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1
        return self.at == start and start > 0

    def _one(self, glued: bool) -> None:
        character = self.text[self.at]
        if character == '"':
            self._quoted(glued)
        elif character == "/":
            self._slash(glued)
        elif character in "()[]{}^~:":
            self._emit(character, character, glued)
        elif character in "+-!" and self._starts_clause():
            self._emit({"!": "NOT"}.get(character, character), character, glued)
        else:
            self._word(glued)

    def _starts_clause(self) -> bool:
        """+ - ! are operators only where a clause begins; elsewhere they belong to the word."""
        before = self.text[self.at - 1] if self.at else " "
        if before in _SPACE + "(:":
            return True
        return bool(self.found) and self.found[-1].kind in {"+", "-", "NOT"} and self.found[-1].position == self.at - 1

    def _emit(self, kind: str, text: str, glued: bool) -> None:
        self.found.append(Token(kind, text, self.at, glued))
        self.at += len(text)

    def _slash(self, glued: bool) -> None:
        """`/expression/` is a regular expression in Lucene; a lone slash is part of a word."""
        before = self.text[self.at - 1] if self.at else " "
        end = self.text.find("/", self.at + 1)
        after = self.text[end + 1] if 0 <= end < len(self.text) - 1 else " "
        if before in _SPACE + "(:" and end > self.at + 1 and after in _SPACE + ")^":
            raise NotSupported(
                feature=Fragment("expresiones regulares (/…/)"),
                alternative=Fragment(
                    "Use comodines: * para varias letras, ? para una. Para buscar una barra escriba \\/."
                ),
            )
        self._word(glued)

    def _quoted(self, glued: bool) -> None:
        start = self.at
        self.at += 1
        kept: list[str] = []
        while self.at < len(self.text) and self.text[self.at] != '"':
            if self.text[self.at] == "\\" and self.at + 1 < len(self.text):
                self.at += 1
            kept.append(self.text[self.at])
            self.at += 1
        if self.at >= len(self.text):
            raise BadSyntax(text=self.text, position=start + 1, detail=Fragment("las comillas no se cierran"))
        self.at += 1
        self.found.append(Token("QUOTED", "".join(kept), start, glued))

    def _word(self, glued: bool) -> None:
        start = self.at
        pieces: list[tuple[str, str]] = []
        literal: list[str] = []

        def flush() -> None:
            if literal:
                pieces.append(("text", "".join(literal)))
                literal.clear()

        while self.at < len(self.text) and not self._ends_word(start):
            character = self.text[self.at]
            if character == "\\":
                self.at += 1
                if self.at < len(self.text):
                    literal.append(self.text[self.at])
            elif character in "*?":
                flush()
                pieces.append((character, ""))
            else:
                literal.append(character)
            self.at += 1
        flush()
        raw = self.text[start : self.at]
        if raw in _OPERATORS:
            self.found.append(Token(_OPERATORS[raw], raw, start, glued))
            return
        text = "".join(part if kind == "text" else kind for kind, part in pieces)
        self.found.append(Token("WORD", text, start, glued, tuple(pieces)))

    def _ends_word(self, start: int) -> bool:
        character = self.text[self.at]
        if character in _STOPS:
            return True
        # `a&&b` and `a||b` are operators without spaces too
        pair = self.text[self.at : self.at + 2]
        if pair in ("&&", "||"):
            if self.at == start:
                self.at += 2
            return True
        return False
