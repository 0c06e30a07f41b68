"""Completion for bash, zsh and fish, made from the parser itself: commands, flags, choices, and files where they go."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

PATHS = frozenset({"FILE", "DIR"})
"""Metavars that stand for something in the file system; a metavar in small letters is a word to type."""


class Flag(NamedTuple):
    """A flag: its forms, what it is for, whether a value must follow, the words for that value, and whether files."""

    forms: tuple[str, ...]
    words: str
    takes: bool
    values: tuple[str, ...]
    files: bool


class Place(NamedTuple):
    """A command as it is typed from the program's name on, the commands that may follow with words, and its flags."""

    path: str
    commands: tuple[tuple[str, str], ...]
    flags: tuple[Flag, ...]


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """The completion script for one of WRITERS' shells."""
    return WRITERS[shell](parser.prog, tuple(_places(parser, parser.prog)))


def _places(parser: argparse.ArgumentParser, path: str) -> Iterator[Place]:
    """The command and all beneath it; argparse has no other way to its own table than `_actions`."""
    commands: list[tuple[str, str]] = []
    beneath: list[Place] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            words = {choice.dest: choice.help for choice in action._choices_actions}
            commands += [(name, _words(words.get(name))) for name in action.choices]
            beneath += [place for name, one in action.choices.items() for place in _places(one, f"{path} {name}")]
    yield Place(path, tuple(commands), tuple(_flag(action) for action in parser._actions if action.option_strings))
    yield from beneath


def _flag(action: argparse.Action) -> Flag:
    parts = action.metavar.split("|") if isinstance(action.metavar, str) else []
    values = action.choices or [part for part in parts if part.islower()]
    takes = action.nargs not in {0, "?", "*"}
    return Flag(
        tuple(action.option_strings), _words(action.help), takes, tuple(map(str, values)), not PATHS.isdisjoint(parts)
    )


def _words(text: str | None) -> str:
    return (text or "").replace("%%", "%")


def _arm(patterns: Sequence[str], does: str) -> str:
    """A branch of a `case` of bash and zsh; nothing without a pattern."""
    return f"      {'|'.join(map(_quoted, patterns))}) {does} ;;\n" if patterns else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _following(places: Sequence[Place]) -> str:
    """Branches that follow the words typed so far: into a command, and over the value of a flag."""
    commands = [f"{place.path} {name}" for place in places for name, _ in place.commands]
    valued = [f"{place.path} {form}" for place in places for flag in place.flags if flag.takes for form in flag.forms]
    return _arm(commands, 'at="$at $word"') + _arm(valued, "(( i++ ))")


def _by_value(places: Sequence[Place], offer: Callable[[Flag], str]) -> str:
    """Branches by the flag whose value is being typed, one for all that offer the same."""
    patterns: dict[str, list[str]] = {}
    for place in places:
        for flag in place.flags:
            if flag.takes:
                patterns.setdefault(offer(flag), []).extend(f"{place.path} {form}" for form in flag.forms)
    return "".join(_arm(flags, f"{does}; return") for does, flags in patterns.items())


def _bash(name: str, places: Sequence[Place]) -> str:
    def offer(flag: Flag) -> str:
        files = [f"_{name}_files"] * flag.files
        values = [f'COMPREPLY+=($(compgen -W {_quoted(" ".join(flag.values))} -- "$now"))'] * bool(flag.values)
        return "; ".join([*files, *values]) or ":"

    words = "".join(
        _arm([place.path], f"words={_quoted(' '.join([*(one for one, _ in place.commands), *_forms(place)]))}")
        for place in places
    )
    return f"""\
# Completion of {name} for bash: eval "$({name} config --completion bash)" in ~/.bashrc
_{name}_files() {{
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$now"))
}}
_{name}() {{
  local now="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" at={name} word words= i
  COMPREPLY=()
  # bash takes --flag=value for three words.
  if [[ $now == = ]]; then now=; elif [[ $before == = ]]; then before="${{COMP_WORDS[COMP_CWORD-2]}}"; fi
  for (( i = 1; i < COMP_CWORD; i++ )); do
    word="${{COMP_WORDS[i]}}"
    case "$at $word" in
{_following(places)}    esac
  done
  case "$at $before" in
{_by_value(places, offer)}  esac
  case "$at" in
{words}  esac
  COMPREPLY=($(compgen -W "$words" -- "$now"))
}}
complete -F _{name} {name}
"""


def _forms(place: Place) -> list[str]:
    """The flags to offer: all forms."""
    return [form for flag in place.flags for form in flag.forms]


def _zsh(name: str, places: Sequence[Place]) -> str:
    def offer(flag: Flag) -> str:
        files = ["_files"] * flag.files
        values = [f"compadd -- {' '.join(map(_quoted, flag.values))}"] * bool(flag.values)
        return "; ".join([*files, *values]) or ":"

    def described(pairs: Sequence[tuple[str, str]]) -> str:
        return " ".join(_quoted(f"{one}:{words}") for one, words in pairs)

    words = "".join(
        _arm(
            [place.path],
            f"commands=({described(place.commands)}); "
            f"flags=({described([(form, flag.words) for flag in place.flags for form in flag.forms])})",
        )
        for place in places
    )
    return f"""\
#compdef {name}
# Completion of {name} for zsh: source <({name} config --completion zsh) in ~/.zshrc, after compinit
_{name}() {{
  local now="${{words[CURRENT]}}" before="${{words[CURRENT-1]}}" at={name} word i
  local -a commands flags
  for (( i = 2; i < CURRENT; i++ )); do
    word="${{words[i]}}"
    case "$at $word" in
{_following(places)}    esac
  done
  if [[ $now == --*=* ]]; then before="${{now%%=*}}"; compset -P '*='; fi
  case "$at $before" in
{_by_value(places, offer)}  esac
  case "$at" in
{words}  esac
  if [[ $now == -* ]]; then _describe -o flag flags; else _describe command commands; fi
}}
if [[ "${{funcstack[1]}}" == _{name} ]]; then _{name} "$@"; else compdef _{name} {name}; fi
"""


def _fish(name: str, places: Sequence[Place]) -> str:
    lines = [line for place in places for line in _fish_lines(name, place)]
    commands = " ".join(_quoted(f"{place.path} {one}") for place in places for one, _ in place.commands)
    valued = " ".join(
        _quoted(f"{place.path} {form}") for place in places for flag in place.flags if flag.takes for form in flag.forms
    )
    return f"""\
# Completion of {name} for fish: {name} config --completion fish | source, in ~/.config/fish/config.fish
function __{name}_at --description 'Whether the command typed so far is this one'
    set --local at {name}
    set --local passed no
    for word in (commandline --tokenize --cut-at-cursor --current-process)[2..-1]
        if test $passed = yes
            set passed no
        else if contains -- "$at $word" {commands}
            set at "$at $word"
        else if contains -- "$at $word" {valued}
            set passed yes
        end
    end
    test "$at" = "$argv"
end
complete --command {name} --no-files
{chr(10).join(lines)}
"""


def _fish_lines(name: str, place: Place) -> Iterator[str]:
    start = f"complete --command {name} --condition {_fished(f'__{name}_at {place.path}')}"
    for one, words in place.commands:
        yield f"{start} --arguments {_fished(one)} --description {_fished(words)}"
    for flag in place.flags:
        forms = " ".join(
            f"--long-option {form[2:]}" if form.startswith("--") else f"--short-option {form[1:]}"
            for form in flag.forms
        )
        wants = (" --require-parameter --force-files" if flag.files else " --exclusive") * flag.takes
        values = f" --arguments {_fished(' '.join(flag.values))}" if flag.values else ""
        yield f"{start} {forms}{wants}{values} --description {_fished(flag.words)}"


def _fished(text: str) -> str:
    """Text in quotes as fish has them."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


WRITERS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
