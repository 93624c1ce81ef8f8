# SPDX-FileCopyrightText: 2024 The Kiln authors
# SPDX-License-Identifier: MPL-2.0
import nox

nox.options.sessions = ["tests"]


@nox.session(python=["3.10", "3.12"])
def tests(session: nox.Session) -> None:
    session.install("-e", ".", "pytest")
    session.run("pytest", *session.posargs)


@nox.session(name="docs")
def build_docs(session: nox.Session) -> None:
    session.install("mkdocs")
    session.run("mkdocs", "build", "--strict")


# @nox.session
# def fuzz(session): ...
