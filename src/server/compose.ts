/** The composition root: the only place that makes the parts and ties them together. */
import { randomUUID } from 'node:crypto'
import type { Server } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { buildApi } from '../api/api.js'
import { ControlPlane } from '../control/control-plane.js'
import { followRetention } from '../control/history-retention.js'
import { ProxyDirectory } from '../control/proxy-directory.js'
import { ProxyRegistry } from '../control/proxy-registry.js'
import { Replicas } from '../control/replicas.js'
import type { AccessRules } from '../http/access.js'
import type { HttpOptions } from '../http/server.js'
import { addProxyRoutes } from '../management/admin-routes.js'
import type { EventHub } from '../management/event-hub.js'
import { openStore, type StoreOptions } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import { SYSTEM_CLOCK } from '../xds/clock.js'
import { Engine } from '../xds/engine.js'
import { HealthStatus } from '../xds/health-service.js'
import type { Snapshot } from '../xds/snapshot.js'
import { addStatusService } from '../xds/status-service.js'
import { buildXdsServer, type XdsServerOptions } from '../xds/xds-service.js'
import { isLoopback, type ListenAddress } from './address.js'
import { buildAdmin, type ReadinessCheck } from './admin.js'
import { openCloudMap, type CloudMap } from './cloud-map.js'
import { openCertificates } from './certificates.js'
import { openDns } from './dns.js'
import { prepareHttpClose } from './http-close.js'
import { bind } from './listener.js'
import type { Logger } from './logger.js'
import { buildEvents, serveManagement } from './management.js'
import { buildMetrics, type Metrics } from './metrics.js'
import { formatFlag, type Config } from './options.js'
import { runSteps, type Step } from './shutdown.js'
import { logStreams, mergeEvents } from './stream-log.js'
import { openTls } from './tls-listeners.js'
import { listOpenListeners, type ListenerName } from './warnings.js'

export interface Running {
  /** What each listener really got: port 0 has become a number. */
  readonly addresses: Readonly<Record<ListenerName, ListenAddress>> & { readonly dns?: ListenAddress }
  /** Drains and ends everything, within the grace of the configuration. */
  readonly close: () => Promise<void>
}

/**
 * Starts a whole server. Throws with nothing left running: StoreUnavailableError, TlsError or ListenError for what an operator can put right.
 */
export async function compose(config: Config, logger: Logger): Promise<Running> {
  // Run in reverse at the end, or as far as the start has come.
  const steps: Step[] = []
  const onClose = (name: string, run: () => Promise<void> | void): void =>
    void steps.unshift({ name, run: async () => run() })
  try {
    const addresses = await start(config, logger, onClose)
    for (const warning of listOpenListeners(addresses, config)) logger.warn({}, warning)
    return { addresses, close: () => runSteps(steps, config.shutdownGrace, logger) }
  } catch (error) {
    await runSteps(steps, config.shutdownGrace, logger)
    throw error
  }
}

type OnClose = (name: string, run: () => Promise<void> | void) => void

async function start(config: Config, logger: Logger, onClose: OnClose): Promise<Running['addresses']> {
  const metrics = buildMetrics()
  const store = await openStore(config.store, storeOptions(metrics, logger))
  onClose('store', () => store.close())
  metrics.followHead(() => store.head())
  onClose('history', keepHistory(store, config, logger))

  const cloudMap = openCloudMap({ store, logger, config, metrics })
  onClose('cloud map', () => cloudMap.stop())
  const parts = { store, cloudMap, metrics, logger, config }
  const listeners: ((revision: number) => void)[] = [metrics.onApplied]
  const control = await openControl(parts, (revision) => listeners.forEach((tell) => tell(revision)), onClose)

  const dns = await startDns(parts, onClose)

  const tls = await openAllTls(config, logger, onClose)
  const listen = async (name: ListenerName, server: Server, app?: FastifyInstance): Promise<ListenAddress> => {
    const address = { address: config[name], flag: formatFlag(name), socketMode: config.socketMode }
    const bound = await bind(server, address, app && ((options) => app.listen(options)))
    tls[name].renew(server)
    return bound
  }

  let draining = false
  const checks = readinessChecks(store, control, () => draining)
  const replicas = buildReplicas(store, control, logger)
  const events = buildEvents({ store, control, replicas, logger })
  listeners.push((revision) => events.onApplied(revision))
  const engine = buildEngine({ control, metrics, logger, config, replicas, events })
  const directory = openDirectory(control, engine, replicas)
  onClose('replicas', () => replicas?.stop())

  const adminApp = buildAdmin({
    checks,
    registry: metrics.registry,
    tls: tls.admin.pair,
    access: accessRules('admin', config),
    extend: (app) => addProxyRoutes(app, { control, directory }),
  })
  onClose('admin', prepareHttpClose(adminApp))
  const admin = await listen('admin', adminApp.server, adminApp)

  const health = new HealthStatus()
  const addServices = buildServices(engine, directory)
  const xdsServer = buildXdsServer(engine, { health, tls: tls.xds.options, addServices })
  onClose('xds', () => xdsServer.close())
  const xds = await listen('xds', xdsServer.connections)

  const extend = serveManagement({ store, control, directory, events, config, xds })
  const apiApp = openApi(parts, tls.api.pair, extend)
  onClose('api', prepareHttpClose(apiApp))
  const api = await listen('api', apiApp.server, apiApp)

  health.set(true)
  onClose('readiness', () => {
    draining = true
    health.set(false)
  })
  return { api, xds, admin, ...(dns && { dns }) }
}

async function openAllTls(config: Config, logger: Logger, onClose: OnClose) {
  const tls = {
    api: await openTls('api', config, logger),
    xds: await openTls('xds', config, logger),
    admin: await openTls('admin', config, logger),
  }
  for (const [name, listener] of Object.entries(tls)) onClose(`${name} certificate`, () => listener.stop())
  return tls
}

function keepHistory(store: Store, { historyRetention: retentionMillis }: Config, logger: Logger): () => void {
  const after = (millis: number, work: () => void): (() => void) => SYSTEM_CLOCK.after(millis, work)
  return followRetention({ store, logger, retentionMillis, after })
}

function storeOptions({ onWrite }: Metrics, logger: Logger): StoreOptions {
  return {
    onWrite,
    onAway: (error) => logger.error({ err: error }, 'the store is away; Envoys keep what they have'),
    onBack: () => logger.info({}, 'the store is there again'),
  }
}

interface Parts {
  readonly store: Store
  readonly cloudMap: CloudMap
  readonly metrics: Metrics
  readonly logger: Logger
  readonly config: Config
}

/** What a fleet that comes back after a restart would wait for is made before, as far as this goes. */
const PREPARE_MILLIS = 150

async function openControl(
  { store, cloudMap, metrics, logger, config }: Parts,
  onApplied: (revision: number) => void,
  onClose: OnClose,
): Promise<ControlPlane> {
  const { account, region, pushQuiet: quietMillis, pushWindow: windowMillis, allowUnauthenticatedSecrets } = config
  const { onTranslated } = metrics
  const materials = await openCertificates({ path: config.certs, logger, onBroken: metrics.onBrokenCertificate })
  onClose('certificates', () => materials.stop())
  metrics.followCertificates(() => materials.statuses())
  const control = new ControlPlane({
    ...{ store, account, region, logger, onTranslated, onApplied, quietMillis, windowMillis },
    ...{ materials, allowUnauthenticatedSecrets, endpoints: cloudMap.endpoints, prepareMillis: PREPARE_MILLIS },
  })
  onClose('control', () => control.stop())
  await control.start()
  return control
}

async function startDns({ cloudMap, metrics, logger, config }: Parts, onClose: OnClose) {
  if (!config.dns) return undefined
  const { registry } = cloudMap
  const { address, stop } = await openDns({ address: config.dns, registry, logger, onAnswer: metrics.onDnsAnswer })
  onClose('dns', stop)
  return address
}

function accessRules(name: 'api' | 'admin', config: Config): AccessRules {
  return { loopback: isLoopback(config[name]), allowedHosts: config.allowedHosts ?? [] }
}

type Extend = (app: FastifyInstance) => void

function openApi(
  { store, cloudMap, metrics, logger, config }: Parts,
  tls: HttpOptions['tls'],
  management: Extend,
): FastifyInstance {
  const { account, region, quotas } = config
  const access = accessRules('api', config)
  const options = { store, account, region, quotas, logger, uuid: randomUUID, onRequest: metrics.onRequest, access }
  const extend: Extend = (app) => {
    cloudMap.api.extend(app)
    management(app)
  }
  return buildApi({ ...options, extend, ...(tls && { tls }) })
}

/** Present where other processes may share the store. */
function buildReplicas({ board }: Store, control: ControlPlane, logger: Logger): Replicas | undefined {
  const id = randomUUID()
  // Containers on one machine may have the same host name and the same process id.
  const name = `${hostname()}-${id.slice(0, 4)}`
  return board && new Replicas({ board, id, name, appliedRevision: () => control.appliedRevision, logger })
}

function openDirectory(control: ControlPlane, engine: Engine, replicas: Replicas | undefined): ProxyDirectory {
  const registry = new ProxyRegistry(control, engine)
  replicas?.start({ streams: engine.streams, describe: (stream) => registry.describe(stream) })
  return new ProxyDirectory(control, registry, replicas)
}

interface EngineParts extends Omit<Parts, 'store' | 'cloudMap'> {
  readonly control: ControlPlane
  readonly replicas: Replicas | undefined
  readonly events: EventHub
}

function buildEngine({ control, metrics, logger, config, replicas, events: hub }: EngineParts): Engine {
  const changeTime = (snapshot: Snapshot): number | undefined => control.changeTime(snapshot)
  const now = (): number => SYSTEM_CLOCK.now()
  const measured = metrics.streamEvents({ changeTime, now })
  const events = mergeEvents(measured, logStreams(logger), replicas?.events ?? {}, hub.streamEvents)
  const limits = { maxAgeMillis: config.streamMaxAge, streamsPerNode: config.maxEnvoysPerNode }
  const engine = new Engine({ source: control, clock: SYSTEM_CLOCK, events, limits })
  metrics.followStreams({ streams: engine.streams, now })
  return engine
}

/** What the xDS port serves beside discovery and health. */
function buildServices(engine: Engine, directory: ProxyDirectory): NonNullable<XdsServerOptions['addServices']> {
  const elsewhere = directory.reportElsewhere.bind(directory)
  return (server) => addStatusService(server, engine, { elsewhere })
}

function readinessChecks(store: Store, control: ControlPlane, isDraining: () => boolean): ReadinessCheck[] {
  return [
    { name: 'server', check: () => (isDraining() ? 'the server is stopping' : undefined) },
    { name: 'store', forWritesOnly: true, check: () => store.ping().then(() => undefined) },
    { name: 'meshes', check: () => (control.loaded ? undefined : 'the meshes are being loaded') },
  ]
}
