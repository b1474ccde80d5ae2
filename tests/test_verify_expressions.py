"""Every expression against its own enumerated planar sum, exactly."""

import pytest
from expressions import EVERY

import planar
from derivations.theorem import derived_once

DEEP = {
    "system: A W + W A, two-point",
    "system: square of a sum",
    "system: letter between squares",
    "two-point: mixed sum",
}
UNGRADED = {"three-point: no resolvent"}
DIVERGENT = {"rectangular: Haar, rotated added", "rectangular: Haar, rotated added, two-point"}
"""Right by oracle and sampling, but a printed definition does not contract as a formal series."""
ORDERS = {
    "rectangular: deep features": 16,
    "rectangular: deep features, two-point": 16,
    "rectangular: network, two-point": 3,
    "rectangular: Haar, itself added": 6,
    "rectangular: Haar, itself added, two-point": 4,
}


def order_of(name):
    """Twice as many letters make a diagram where they come in pairs X, X.T; sixteen, where four
    pairs stand in a row.
    """
    if name in ORDERS or name.startswith("rectangular"):
        return ORDERS.get(name, 8)
    return 3 if "three-point" in name or name in DEEP else 4


@pytest.mark.parametrize("name", sorted(set(EVERY) - UNGRADED - DIVERGENT))
def test_the_planar_sum_agrees_order_by_order(name):
    certificate = derived_once(EVERY[name]).verify(order_of(name))
    assert certificate, str(certificate)
    assert sum(row.diagrams for row in certificate.orders) > 2


def test_without_a_symbol_to_carry_the_orders_a_changed_formula_is_not_certified():
    equivalent = planar.derive(EVERY["two-point: nested inverse"])
    changed = equivalent.restate(
        2 * equivalent.rhs, {d.symbol: d.expr for d in equivalent.definitions}
    )
    with pytest.raises(planar.PlanarError, match="not written as derived"):
        changed.verify(2)
