/**
 * An xDS server for Envoy and gRPC, as a library: `import { serveXds } from 'meshkeeper/xds'` (docs/xds-library.md). It takes resources from a
 * ResourceSource and knows nothing of App Mesh. What is exported here follows semantic versioning; nothing else of the package does.
 */

// Serving.
export { serveXds, type RunningXds, type ServeOptions, type XdsAddress } from './serve.js'
export { HealthStatus } from './health-service.js'

// What is served.
export type { Peer, PeerIdentity, Refusal, ResourceSource, Watch, WatchObserver, XdsNode } from './resource-source.js'
export { buildKeyedSource } from './keyed-source.js'
export { SnapshotCache, type SnapshotCacheOptions } from './snapshot-cache.js'
export { buildSnapshot, buildTypeSnapshot, type Snapshot, type TypeSnapshot } from './snapshot.js'

// Resources.
export { buildResource, EncodeError, encodeResource } from '../codec/encode.js'
export { parseResource } from '../codec/parse.js'
export { toJson, type Json } from '../codec/json.js'
export type { EncodedResource } from '../codec/resource.js'
export { TYPE_URL, type ResourceTypeUrl } from '../envoy/type-url.js'

// The engine alone, for a transport of your own.
export { DEFAULT_ENGINE_LIMITS, Engine, type EngineLimits, type EngineOptions } from './engine.js'
export type { Incoming, Outgoing, Transport } from './stream.js'
export { SYSTEM_CLOCK, type Clock } from './clock.js'

// What happens.
export type { StreamEvents } from './stream-events.js'
export type { SentResponse } from './channel.js'
export type { StreamView, Variant } from './stream-view.js'
export type { StreamStatus, SyncState, TypeStatus } from './stream-status.js'
