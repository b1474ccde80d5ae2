"""One table of operations: graphs refuse what is not in it, readers of nodes are incomplete without
a rule for each.
"""

from __future__ import annotations

import pytest

from planar.foundations.errors import PlanarError
from planar.kernels.backends.array_functions import Arrays
from planar.kernels.backends.loops import LOWERED, TEXT, Loops
from planar.kernels.program.differentiation import Derivative
from planar.kernels.program.graph import Graph
from planar.kernels.program.nodes import ordered
from planar.kernels.program.operations import (
    DIFFERENTIABLE,
    FUNCTIONS,
    OPERATIONS,
    PRINTED,
    Rules,
    covering,
    rule,
)


def test_a_graph_refuses_what_is_no_operation():
    graph = Graph()
    x = graph.variable("x")
    with pytest.raises(TypeError, match="no operation of nodes: determinant of 1 arguments"):
        graph.make("determinant", (x,), "s")
    with pytest.raises(TypeError, match="no operation of nodes: kron of 1 arguments"):
        graph.make("kron", (x,), "m")
    with pytest.raises(TypeError, match="no operation of nodes: mean of 1 arguments and kind d"):
        graph.make("mean", (x,), "d")
    with pytest.raises(TypeError, match="no function of nodes: tan of 1 arguments"):
        graph.call("tan", x)
    with pytest.raises(TypeError, match="no function of nodes: max of 1 arguments"):
        graph.call("max", x)


def test_a_printer_without_a_rule_is_no_class():
    with pytest.raises(
        TypeError,
        match=r"Forgetful has no rule in its table statement for blocks, .*matmul, .*trace",
    ):

        class Forgetful(Loops, text=TEXT - {("entry", "s")}, statement=LOWERED):
            pass


@pytest.mark.parametrize("name", ["entry", "spectrum_rung", "near"])
def test_a_new_operation_is_asked_of_every_printer(name):
    """A printer whose operation is taken away says which one, and so it does with a new one."""
    with pytest.raises(TypeError, match=f"Less has no rule in its table text for {name}"):

        class Less(Rules, text=PRINTED):
            @rule(*(op for op in OPERATIONS if op != name))
            def every(self, node):
                return node


def test_a_function_without_a_name_is_named():
    names = dict.fromkeys(FUNCTIONS, "f")
    assert covering("it", names) is names
    with pytest.raises(TypeError, match="it has no rule for the function log"):
        covering("it", {k: v for k, v in names.items() if k != "log"})
    with pytest.raises(TypeError, match="it has no rule for the function sin"):
        covering("it", {"sqrt": "f", "exp": "f", "log": "f"}, analytic=True)


def test_what_becomes_statements_and_what_text_is_all_there_is():
    assert TEXT | LOWERED | {("mean", "s")} == PRINTED
    assert set(Arrays.tables["text"]) >= PRINTED
    assert set(Derivative.tables["derivative"]) == DIFFERENTIABLE


def test_every_operation_says_what_it_is():
    assert all(op.what and op.kinds and set(op.kinds) <= set("sedm") for op in OPERATIONS.values())


def test_what_has_no_derivative_says_so():
    graph = Graph()
    x = graph.variable("x")
    with pytest.raises(PlanarError, match="no derivative of abs in a kernel: it is not analytic"):
        Derivative(graph, x)(graph.call("abs", x))
    with pytest.raises(PlanarError, match="no derivative of spread in a kernel"):
        Derivative(graph, x)(graph.make("spread", (x,), "d"))


def test_functions_have_the_derivatives_that_they_have():
    graph = Graph()
    x = graph.variable("x")
    slopes = {
        f: Derivative(graph, x)(graph.call(f, x)) for f in ("sqrt", "exp", "log", "sin", "cos")
    }
    assert slopes["exp"] is graph.call("exp", x)
    assert slopes["sin"] is graph.call("cos", x)
    assert repr(slopes["log"]) == "inverse(variable('x'))"
    assert {n.data for n in ordered([slopes["cos"]]) if n.op == "call"} == {"sin"}
