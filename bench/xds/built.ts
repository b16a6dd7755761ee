/** meshkeeper/xds as it is built and published: what runs through tsx instead names every closure at run time, which costs time and memory per stream. */
import type * as Xds from '../../src/xds/index.js'

const url = new URL('../../dist/xds/index.js', import.meta.url).href

export const { buildKeyedSource, buildTypeSnapshot, encodeResource, serveXds, SnapshotCache } = (await import(
  url
)) as typeof Xds
