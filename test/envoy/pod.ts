/** One pod: a network namespace with an agent (application and client), and an Envoy that everything is redirected through. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Agent } from './agent.js'
import type { AppServer } from './agent/protocol.js'
import { Envoy } from './envoy.js'
import { ENVOY_UID, intercept } from './interception.js'
import type { Network } from './network.js'
import { Child, run, type Launch } from './process.js'

const AGENT = join(import.meta.dirname, 'agent/main.ts')

export interface EnvoyOptions {
  readonly binary: string
  /** Bootstrap as JSON or YAML text. Its admin interface listens on port 9901 of the pod. */
  readonly bootstrap: string
  /** Command line beyond the file. */
  readonly args: readonly string[]
}

export class Pod {
  readonly #network: Network
  readonly #children: Child[] = []
  #agent: Agent | undefined
  #envoy: Envoy | undefined
  readonly name: string
  readonly namespace: string
  readonly address: string
  readonly #interface: string

  constructor(network: Network, name: string, namespace: string, address: string, device: string) {
    this.#network = network
    this.name = name
    this.namespace = namespace
    this.address = address
    this.#interface = device
  }

  /** Scratch files of this pod. */
  get directory(): string {
    return join(this.#network.directory, this.name)
  }

  get agent(): Agent {
    if (!this.#agent) throw new Error(`pod ${this.name} has no agent`)
    return this.#agent
  }

  get envoy(): Envoy {
    if (!this.#envoy) throw new Error(`pod ${this.name} has no Envoy`)
    return this.#envoy
  }

  /** Makes the namespace, its cable to the bridge and its name resolution. */
  async open(): Promise<void> {
    await mkdir(this.directory)
    await chmod(this.directory, 0o777)
    const etc = join('/etc/netns', this.namespace)
    await mkdir(etc, { recursive: true })
    await writeFile(join(etc, 'resolv.conf'), `nameserver ${this.#network.hostAddress}\n`)
    await writeFile(join(etc, 'hosts'), '127.0.0.1 localhost\n')
    await run('ip', ['netns', 'add', this.namespace])
    const peer = ['peer', 'name', 'eth0', 'netns', this.namespace]
    await run('ip', ['link', 'add', this.#interface, 'type', 'veth', ...peer])
    await run('ip', ['link', 'set', this.#interface, 'master', this.#network.bridge, 'up'])
    await this.#ip('link', 'set', 'lo', 'up')
    // As container runtimes have it: App Mesh's user may listen on any port.
    const anyPort = 'net.ipv4.ip_unprivileged_port_start=0'
    await run('ip', ['netns', 'exec', this.namespace, 'sysctl', '-q', '-w', anyPort])
    await this.#ip('address', 'add', `${this.address}/24`, 'dev', 'eth0')
    await this.#ip('link', 'set', 'eth0', 'up')
    await this.#ip('route', 'add', 'default', 'via', this.#network.hostAddress)
  }

  /** Starts the agent: an application called `name` with these ports, and a client. */
  async startAgent(servers: readonly AppServer[] = [], name: string = this.name): Promise<Agent> {
    const options = JSON.stringify({ name, servers })
    const agent = new Agent(this.address, this.spawn('agent', [process.execPath, '--import', 'tsx', AGENT, options]))
    this.#agent = agent
    await agent.ready()
    return agent
  }

  /** Redirects this pod's traffic through its Envoy, as App Mesh's init container does. */
  async intercept(appPorts: readonly number[]): Promise<void> {
    await intercept(this.namespace, appPorts)
  }

  /** Starts Envoy as App Mesh's own user. It may still be waiting for its configuration when this resolves. */
  async startEnvoy({ binary, bootstrap, args }: EnvoyOptions): Promise<Envoy> {
    const file = join(this.directory, 'bootstrap.yaml')
    await writeFile(file, bootstrap)
    // Access log lines are there soon, not after Envoy's 10 s.
    const command = [binary, '-c', file, ...args, '--file-flush-interval-msec', '100']
    const child = this.spawn('envoy', command, { uid: ENVOY_UID })
    const envoy = new Envoy(`http://${this.address}:9901`, child)
    this.#envoy = envoy
    await envoy.live()
    return envoy
  }

  /** Starts a process in this pod; its output goes to `<directory>/<label>.log`. */
  spawn(label: string, command: readonly string[], options: Pick<Launch, 'uid' | 'env'> = {}): Child {
    const logFile = join(this.directory, `${label}.log`)
    const child = new Child({ ...options, command, namespace: this.namespace, logFile })
    this.#children.push(child)
    return child
  }

  /** Ends the pod's processes. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop('SIGKILL').catch(() => undefined)))
  }

  async #ip(...args: string[]): Promise<void> {
    await run('ip', ['-n', this.namespace, ...args])
  }
}
