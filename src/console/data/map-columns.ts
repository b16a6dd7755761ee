/**
 * Layers that are given: in which order the boxes of each stand, and how high, so that few links cross and most go level. Barycentre sweeps
 * as in Sugiyama's method; a second for thousands of boxes, where the general method takes minutes.
 */

export interface Columns {
  /** Ids from left to right, each column in a fixed order that decides between equals. */
  readonly columns: readonly (readonly string[])[]
  readonly links: readonly { readonly from: string; readonly to: string }[]
  readonly heights: ReadonlyMap<string, number>
  readonly gap: number
}

const SWEEPS = 8
const SETTLINGS = 6

/** The upper edge of each box, from 0 down. */
export function arrangeColumns({ columns, links, heights, gap }: Columns): ReadonlyMap<string, number> {
  const sized = { heights, gap }
  const neighbours = collectNeighbours(columns, links)
  const ordered = columns.map((column) => [...column])
  const position = new Map(ordered.flatMap((column) => column.map((id, index) => [id, index])))
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const index of order(columns.length, sweep)) {
      const column = ordered[index] ?? []
      sortBy(column, (id) => mean(neighbours.get(id)?.[sweep % 2 === 0 ? 'before' : 'after'], position))
      column.forEach((id, at) => position.set(id, at))
    }
  }
  return settle(ordered, neighbours, sized)
}

interface Neighbours {
  readonly before: string[]
  readonly after: string[]
}

type Sizes = Pick<Columns, 'heights' | 'gap'>

/** Who is linked with whom, by the side on which they stand. */
function collectNeighbours(columns: Columns['columns'], links: Columns['links']): Map<string, Neighbours> {
  const columnOf = new Map(columns.flatMap((column, index) => column.map((id) => [id, index])))
  const neighbours = new Map([...columnOf.keys()].map((id): [string, Neighbours] => [id, { before: [], after: [] }]))
  for (const { from, to } of links) {
    const [left, right] = (columnOf.get(from) ?? 0) <= (columnOf.get(to) ?? 0) ? [from, to] : [to, from]
    neighbours.get(left)?.after.push(right)
    neighbours.get(right)?.before.push(left)
  }
  return neighbours
}

/** From the left on even sweeps, from the right on odd ones. */
function order(count: number, sweep: number): number[] {
  const indexes = Array.from({ length: count }, (_, index) => index)
  return sweep % 2 === 0 ? indexes : indexes.reverse()
}

/** Those without a wish keep their place among the others. */
function sortBy(column: string[], wish: (id: string) => number | undefined): void {
  const wished = column.map((id, index) => ({ id, index, at: wish(id) ?? index }))
  wished.sort((a, b) => a.at - b.at || a.index - b.index)
  wished.forEach(({ id }, index) => (column[index] = id))
}

function mean(ids: readonly string[] | undefined, values: ReadonlyMap<string, number>): number | undefined {
  if (!ids || ids.length === 0) return undefined
  return ids.reduce((sum, id) => sum + (values.get(id) ?? 0), 0) / ids.length
}

/** Moves boxes towards the middle of their neighbours without changing the order. */
function settle(columns: readonly string[][], neighbours: ReadonlyMap<string, Neighbours>, sizes: Sizes) {
  const middles = new Map<string, number>()
  for (const column of columns) place(column, () => 0, sizes, middles)
  for (let round = 0; round < SETTLINGS; round += 1) {
    const side = round % 2 === 0 ? 'before' : 'after'
    for (const index of order(columns.length, round)) {
      const column = columns[index] ?? []
      const wishes = new Map(
        column.map((id) => [id, mean(neighbours.get(id)?.[side], middles) ?? middles.get(id) ?? 0]),
      )
      place(column, (id) => wishes.get(id) ?? 0, sizes, middles)
    }
  }
  const tops = new Map([...middles].map(([id, middle]) => [id, middle - (sizes.heights.get(id) ?? 0) / 2]))
  const highest = [...tops.values()].reduce((least, top) => Math.min(least, top), Infinity)
  return new Map([...tops].map(([id, top]) => [id, Math.round(top - highest)]))
}

interface Block {
  readonly ids: string[]
  /** Sum over its boxes of where each would have the block begin. */
  sum: number
  extent: number
}

/** Boxes as near to their wishes as the order and the gaps allow: those in each other's way share the mean of their wishes. */
function place(
  column: readonly string[],
  wish: (id: string) => number,
  { heights, gap }: Sizes,
  middles: Map<string, number>,
): void {
  const blocks: Block[] = []
  for (const id of column) {
    const height = heights.get(id) ?? 0
    let block: Block = { ids: [id], sum: wish(id) - height / 2, extent: height + gap }
    for (let last = blocks.at(-1); last && startOf(last) + last.extent > startOf(block); last = blocks.at(-1)) {
      blocks.pop()
      block = {
        ids: [...last.ids, ...block.ids],
        sum: last.sum + block.sum - last.extent * block.ids.length,
        extent: last.extent + block.extent,
      }
    }
    blocks.push(block)
  }
  for (const block of blocks) {
    let top = startOf(block)
    for (const id of block.ids) {
      const height = heights.get(id) ?? 0
      middles.set(id, top + height / 2)
      top += height + gap
    }
  }
}

function startOf({ ids, sum }: Block): number {
  return sum / ids.length
}
