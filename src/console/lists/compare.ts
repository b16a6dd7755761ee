/** The order of two rows by one member. Numbers inside texts count: cart-2 comes before cart-10. */

const COLLATOR = new Intl.Collator('en', { numeric: true })

export function compareCells<Row>(id: keyof Row): (one: Row, other: Row) => number {
  return (one, other) => {
    const [left, right] = [one[id], other[id]]
    if (typeof left === 'number' && typeof right === 'number') return left === right ? 0 : left - right
    return COLLATOR.compare(String(left ?? ''), String(right ?? ''))
  }
}
