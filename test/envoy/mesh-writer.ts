/** Writes one mesh through the App Mesh API with the AWS SDK, in as few words as a test can bear. */
import {
  AppMeshClient,
  CreateGatewayRouteCommand,
  CreateMeshCommand,
  CreateRouteCommand,
  CreateVirtualGatewayCommand,
  CreateVirtualNodeCommand,
  CreateVirtualRouterCommand,
  CreateVirtualServiceCommand,
  DeleteGatewayRouteCommand,
  DeleteRouteCommand,
  DeleteVirtualGatewayCommand,
  DeleteVirtualNodeCommand,
  DeleteVirtualRouterCommand,
  DeleteVirtualServiceCommand,
  UpdateGatewayRouteCommand,
  UpdateMeshCommand,
  UpdateRouteCommand,
  UpdateVirtualGatewayCommand,
  UpdateVirtualNodeCommand,
  UpdateVirtualServiceCommand,
  type Backend,
  type DnsResponseType,
  type GatewayRouteSpec,
  type HttpGatewayRoute,
  type HttpGatewayRouteMatch,
  type HttpGatewayRouteRewrite,
  type HttpRoute,
  type Listener,
  type MeshSpec,
  type PortProtocol,
  type RouteSpec,
  type ServiceDiscovery,
  type VirtualGatewayListener,
  type VirtualGatewaySpec,
  type VirtualNodeSpec,
  type VirtualServiceProvider,
  type WeightedTarget,
} from '@aws-sdk/client-app-mesh'

// Node 20 is what the machines have; the SDK says on every run that it would rather have another.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

export class MeshWriter {
  readonly client: AppMeshClient
  readonly meshName: string
  readonly #written = new Set<string>()

  constructor(endpoint: string, meshName: string) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    this.client = new AppMeshClient({ endpoint, region: 'us-east-1', credentials })
    this.meshName = meshName
  }

  async mesh(spec: MeshSpec = {}): Promise<void> {
    const input = { meshName: this.meshName, spec }
    if (this.#isNew('mesh')) await this.client.send(new CreateMeshCommand(input))
    else await this.client.send(new UpdateMeshCommand(input))
  }

  /** Creates the virtual node, or replaces what this writer created before; likewise below. */
  async node(virtualNodeName: string, spec: VirtualNodeSpec): Promise<void> {
    const input = { meshName: this.meshName, virtualNodeName, spec }
    if (this.#isNew(`node ${virtualNodeName}`)) await this.client.send(new CreateVirtualNodeCommand(input))
    else await this.client.send(new UpdateVirtualNodeCommand(input))
  }

  /** A router with a listener on each port. */
  async router(virtualRouterName: string, protocol: PortProtocol, ...ports: readonly number[]): Promise<void> {
    const spec = { listeners: ports.map((port) => ({ portMapping: { protocol, port } })) }
    await this.client.send(new CreateVirtualRouterCommand({ meshName: this.meshName, virtualRouterName, spec }))
  }

  async route(virtualRouterName: string, routeName: string, spec: RouteSpec): Promise<void> {
    const input = { meshName: this.meshName, virtualRouterName, routeName, spec }
    if (this.#isNew(`route ${virtualRouterName} ${routeName}`)) await this.client.send(new CreateRouteCommand(input))
    else await this.client.send(new UpdateRouteCommand(input))
  }

  async service(virtualServiceName: string, provider: VirtualServiceProvider): Promise<void> {
    const input = { meshName: this.meshName, virtualServiceName, spec: { provider } }
    if (this.#isNew(`service ${virtualServiceName}`)) await this.client.send(new CreateVirtualServiceCommand(input))
    else await this.client.send(new UpdateVirtualServiceCommand(input))
  }

  /** A service whose router of the same name listens on `port`. It has no route yet. */
  async routedService(name: string, protocol: PortProtocol, port: number): Promise<void> {
    await this.router(name, protocol, port)
    await this.service(name, { virtualRouter: { virtualRouterName: name } })
  }

  async gateway(virtualGatewayName: string, spec: VirtualGatewaySpec): Promise<void> {
    const input = { meshName: this.meshName, virtualGatewayName, spec }
    if (this.#isNew(`gateway ${virtualGatewayName}`)) await this.client.send(new CreateVirtualGatewayCommand(input))
    else await this.client.send(new UpdateVirtualGatewayCommand(input))
  }

  async gatewayRoute(virtualGatewayName: string, gatewayRouteName: string, spec: GatewayRouteSpec): Promise<void> {
    const input = { meshName: this.meshName, virtualGatewayName, gatewayRouteName, spec }
    const isNew = this.#isNew(`gateway route ${virtualGatewayName} ${gatewayRouteName}`)
    if (isNew) await this.client.send(new CreateGatewayRouteCommand(input))
    else await this.client.send(new UpdateGatewayRouteCommand(input))
  }

  async deleteGateway(virtualGatewayName: string): Promise<void> {
    this.#written.delete(`gateway ${virtualGatewayName}`)
    await this.client.send(new DeleteVirtualGatewayCommand({ meshName: this.meshName, virtualGatewayName }))
  }

  async deleteGatewayRoute(virtualGatewayName: string, gatewayRouteName: string): Promise<void> {
    this.#written.delete(`gateway route ${virtualGatewayName} ${gatewayRouteName}`)
    const input = { meshName: this.meshName, virtualGatewayName, gatewayRouteName }
    await this.client.send(new DeleteGatewayRouteCommand(input))
  }

  async deleteNode(virtualNodeName: string): Promise<void> {
    this.#written.delete(`node ${virtualNodeName}`)
    await this.client.send(new DeleteVirtualNodeCommand({ meshName: this.meshName, virtualNodeName }))
  }

  async deleteRoute(virtualRouterName: string, routeName: string): Promise<void> {
    this.#written.delete(`route ${virtualRouterName} ${routeName}`)
    await this.client.send(new DeleteRouteCommand({ meshName: this.meshName, virtualRouterName, routeName }))
  }

  async deleteRouter(virtualRouterName: string): Promise<void> {
    await this.client.send(new DeleteVirtualRouterCommand({ meshName: this.meshName, virtualRouterName }))
  }

  async deleteService(virtualServiceName: string): Promise<void> {
    this.#written.delete(`service ${virtualServiceName}`)
    await this.client.send(new DeleteVirtualServiceCommand({ meshName: this.meshName, virtualServiceName }))
  }

  #isNew(what: string): boolean {
    const isNew = !this.#written.has(what)
    this.#written.add(what)
    return isNew
  }
}

/** A listener of a virtual node, with further members of it if any. */
export function listener(protocol: PortProtocol, port: number, members: Omit<Listener, 'portMapping'> = {}): Listener {
  return { portMapping: { protocol, port }, ...members }
}

export function dns(hostname: string, responseType?: DnsResponseType): ServiceDiscovery {
  return { dns: { hostname, ...(responseType && { responseType }) } }
}

/** Backends by virtual service name. */
export function backends(...names: readonly string[]): Backend[] {
  return names.map((virtualServiceName) => ({ virtualService: { virtualServiceName } }))
}

/** A virtual node with one listener, found in DNS by the name of its pod. */
export function serverNode(pod: string, served: Listener): VirtualNodeSpec {
  return { listeners: [served], serviceDiscovery: dns(`${pod}.pod`) }
}

export function targets(weights: Readonly<Record<string, number>>): WeightedTarget[] {
  return Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }))
}

/** An http route that takes every path, unless `members` say otherwise. */
export function httpRoute(weights: Readonly<Record<string, number>>, members: Partial<HttpRoute> = {}): RouteSpec {
  return { httpRoute: { match: { prefix: '/' }, action: { weightedTargets: targets(weights) }, ...members } }
}

/** A listener of a virtual gateway, with further members of it if any. */
export function gatewayListener(
  protocol: 'http' | 'http2' | 'grpc',
  port: number,
  members: Omit<VirtualGatewayListener, 'portMapping'> = {},
): VirtualGatewayListener {
  return { portMapping: { protocol, port }, ...members }
}

/** The http gateway route of these requests to a service. */
export function httpGatewayRoute(
  service: string,
  match: HttpGatewayRouteMatch = { prefix: '/' },
  rewrite?: HttpGatewayRouteRewrite,
): { httpRoute: HttpGatewayRoute } {
  const target = { virtualService: { virtualServiceName: service } }
  return { httpRoute: { match, action: { target, ...(rewrite && { rewrite }) } } }
}
