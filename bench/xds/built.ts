/** meshkeeper/xds as it is built and published: what runs through tsx instead names every closure at run time, which costs time and memory per stream. */
import type * as Xds from '../../src/xds/index.js'
import type * as Wire from '../../src/xds/wire.js'

const built = (path: string) => new URL(`../../dist/xds/${path}`, import.meta.url).href

export const { buildKeyedSource, buildTypeSnapshot, encodeResource, serveXds, SnapshotCache } = (await import(
  built('index.js')
)) as typeof Xds
/** Of no public interface: for floors that send the same bytes. */
export const { frameResponse } = (await import(built('wire.js'))) as typeof Wire
