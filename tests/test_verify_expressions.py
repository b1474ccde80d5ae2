"""Every expression against its own enumerated planar sum, exactly."""

import pytest
from expressions import EVERY

import planar

DEEP = {"system: A W + W A, two-point", "system: square of a sum", "system: letter between squares", "two-point: mixed sum"}
UNGRADED = {"three-point: no resolvent"}


@pytest.mark.parametrize("name", sorted(set(EVERY) - UNGRADED))
def test_the_planar_sum_agrees_order_by_order(name):
    order = 3 if "three-point" in name or name in DEEP else 4
    certificate = planar.derive(EVERY[name]).verify(order)
    assert certificate, str(certificate)
    assert any(row.diagrams > 1 for row in certificate.orders)


def test_without_a_symbol_to_carry_the_orders_a_changed_formula_is_not_certified():
    equivalent = planar.derive(EVERY["two-point: nested inverse"])
    changed = equivalent.restate(2 * equivalent.rhs, {d.symbol: d.expr for d in equivalent.definitions})
    with pytest.raises(planar.PlanarError, match="not written as derived"):
        changed.verify(2)
