"""The command line of bin/portal."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from .commands import DEFAULT_PORT, LOG_NAMES, Portal
from .console import Failure, warn
from .paths import clone_root

DESCRIPTION = "Prepara y pone en marcha el portal de datos abiertos de este directorio."


def parser() -> argparse.ArgumentParser:
    """All subcommands; without one, `up`."""
    main_parser = argparse.ArgumentParser(prog="bin/portal", description=DESCRIPTION)
    commands = main_parser.add_subparsers(dest="command", metavar="COMANDO")
    up = commands.add_parser("up", help="instala lo que falte y arranca el portal (por omisión)")
    up.add_argument("--port", type=port_number, help=f"puerto web (por omisión el de la última vez, o {DEFAULT_PORT})")
    up.add_argument("--host", help="dirección donde escucha (por omisión 127.0.0.1: solo este equipo)")
    commands.add_parser("down", help="detiene lo que este directorio arrancó")
    commands.add_parser("status", help="procesos, dirección, versiones y salud; código 3 si algo no responde")
    reset = commands.add_parser("reset", help="detiene el portal y borra todos sus datos")
    reset.add_argument("--yes", action="store_true", help="sin preguntar")
    logs = commands.add_parser("logs", help="últimas líneas de los registros")
    logs.add_argument("name", nargs="?", metavar="REGISTRO", help=", ".join(LOG_NAMES))
    logs.add_argument("-f", "--follow", action="store_true", help="sigue escribiendo lo que llegue")
    ckan = commands.add_parser("ckan", help="el comando ckan con la configuración del portal", add_help=False)
    ckan.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...")
    return main_parser


def port_number(text: str) -> int:
    """A TCP port."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"«{text}» no es un puerto: se espera un número de 1 a 65535")
    return number


def with_default_command(arguments: list[str]) -> list[str]:
    """`bin/portal --port 8080` means `bin/portal up --port 8080`."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        return ["up", *arguments]
    return arguments


def dispatch(portal: Portal, arguments: argparse.Namespace) -> int:
    """Run the chosen subcommand."""
    match arguments.command:
        case "up":
            return portal.up(arguments.host, arguments.port)
        case "down":
            return portal.down()
        case "status":
            return portal.status()
        case "reset":
            return portal.reset(arguments.yes)
        case "logs":
            return portal.logs(arguments.name, arguments.follow)
        case _:
            return portal.ckan(arguments.arguments)


def run(arguments: list[str], root: Path) -> int:
    """The command's exit code: 0 well, 1 a failure that was explained, 3 `status` of an ailing portal."""
    words = with_default_command(arguments)
    if words[0] == "ckan":  # argparse would take options such as --help for itself
        parsed = argparse.Namespace(command="ckan", arguments=words[1:])
    else:
        parsed = parser().parse_args(words)
    try:
        return dispatch(Portal(root, starting=parsed.command == "up"), parsed)
    except Failure as failure:
        warn(failure.report())
        return 1
    except KeyboardInterrupt:
        warn("\nInterrumpido. `bin/portal` continúa donde quedó; `bin/portal down` detiene lo que haya arrancado.")
        return 130
    except BrokenPipeError:  # `bin/portal logs | head`: nobody reads any more, also not at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def main() -> int:
    """Entry point."""
    # A terminal that closes or a TERM must unwind like Ctrl-C: the lock and half-written files are cleaned up.
    signal.signal(signal.SIGTERM, interrupt)
    return run(sys.argv[1:], clone_root())


def interrupt(_number: int, _frame: object) -> None:
    """Turn a signal into KeyboardInterrupt."""
    raise KeyboardInterrupt
