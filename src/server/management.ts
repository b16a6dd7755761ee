/** The parts of `/meshkeeper/v1`, tied together. */
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { buildBootstrap } from '../bootstrap/bootstrap.js'
import { formatBootstrapYaml } from '../bootstrap/print.js'
import type { ControlPlane } from '../control/control-plane.js'
import type { ProxyDirectory } from '../control/proxy-directory.js'
import type { Replicas } from '../control/replicas.js'
import { addConsole } from '../management/console.js'
import { ConsoleFiles } from '../management/console-files.js'
import type { BuildBootstrap, CloudMapOrigin, ManagementContext } from '../management/context.js'
import { EventHub } from '../management/event-hub.js'
import { addManagementRoutes } from '../management/routes.js'
import { formatProblem } from '../model/problem.js'
import type { Store } from '../store/store.js'
import { SYSTEM_CLOCK } from '../xds/clock.js'
import type { ListenAddress } from './address.js'
import type { Logger } from './logger.js'
import type { Config } from './options.js'
import { VERSION } from './version.js'

/** From the bundle (dist/bin) as from the sources (src/server). */
const CONSOLE = fileURLToPath(new URL('../../dist/console', import.meta.url))

export interface ManagementParts {
  readonly store: Store
  readonly control: ControlPlane
  readonly directory: ProxyDirectory
  readonly events: EventHub
  readonly config: Config
  /** Where xDS really listens. */
  readonly xds: ListenAddress
}

/** Adds the routes to the API listener. */
export function serveManagement({ config, xds, ...parts }: ManagementParts): (app: FastifyInstance) => void {
  const { account, region, store } = config
  const storeKind: ManagementContext['storeKind'] = store.scheme === 'sqlite' ? 'sqlite' : 'postgres'
  const tls = config.xdsTlsCert !== undefined
  const listener = xds.kind === 'tcp' ? { port: xds.port, tls } : { path: xds.path, tls }
  const options = {
    ...parts,
    ...{ account, region, storeKind, version: VERSION, cloudMap: listOrigins(config) },
    xds: listener,
    bootstrap,
  } as const
  return (app) => {
    addManagementRoutes(app, options)
    addConsole(app, new ConsoleFiles(CONSOLE))
  }
}

/** For an Envoy that runs elsewhere: nothing of this machine is in it. */
const bootstrap: BuildBootstrap = (flavour, environment) => {
  const image = flavour === 'stock' ? 'stock' : 'app-mesh'
  const result = buildBootstrap({ image, environment })
  if (!result.ok) return { problems: result.problems }
  return { yaml: formatBootstrapYaml(result), warnings: result.warnings.map(formatProblem) }
}

export interface EventParts {
  readonly store: Store
  readonly control: Pick<ControlPlane, 'appliedRevision'>
  readonly replicas: Replicas | undefined
  readonly logger: Logger
}

export function buildEvents({ store, control, replicas, logger }: EventParts): EventHub {
  const elsewhere = replicas && (async () => (await replicas.elsewhere()).proxies.map(({ status }) => status))
  return new EventHub({ store, logger, clock: SYSTEM_CLOCK, appliedRevision: () => control.appliedRevision, elsewhere })
}

function listOrigins(config: Config): CloudMapOrigin[] {
  if (config.cloudMap !== 'aws') return [{ source: 'embedded' }]
  const { cloudMapRegion: region, cloudMapEndpoint: endpoint, cloudMapNamespaces: namespaces } = config
  const aws = {
    source: 'aws',
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(namespaces && { namespaces: [...namespaces] }),
  } as const
  return [{ source: 'embedded' }, aws]
}
