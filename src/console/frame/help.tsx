/** The help of each page, in the drawer at the right. */
import Box from '@cloudscape-design/components/box'
import HelpPanel from '@cloudscape-design/components/help-panel'

interface Topic {
  readonly title: string
  readonly paragraphs: readonly string[]
}

const MESHES: Topic = {
  title: 'Meshes',
  paragraphs: [
    'A mesh is the boundary in which services call each other by name. Everything else lives in one.',
    'Envoys connect to this server and are sent what the mesh says about their virtual node or virtual gateway.',
  ],
}

const CLOUD_MAP: Topic = {
  title: 'Cloud Map',
  paragraphs: [
    'Namespaces, services and the instances registered in them. Virtual nodes with AWS Cloud Map service discovery find their endpoints here.',
  ],
}

const TOPICS: Readonly<Record<string, Topic>> = {
  meshes: MESHES,
  mesh: {
    title: 'Overview of a mesh',
    paragraphs: [
      'How many resources the mesh has, which Envoys are connected, and what is wrong with it.',
      'An Envoy is in sync once it has accepted everything that was published for it. One that is stale has not answered yet; one that has rejected a configuration keeps its last good one.',
    ],
  },
  'virtual-services': {
    title: 'Virtual services',
    paragraphs: [
      'A virtual service is the name that clients call, usually the DNS name of the real service. Its provider is a virtual router, which shares requests among virtual nodes, or one virtual node.',
      'Without a provider it takes no traffic. A virtual service that gateway routes lead to cannot be deleted.',
    ],
  },
  'virtual-nodes': {
    title: 'Virtual nodes',
    paragraphs: [
      'A virtual node stands for the tasks, pods or machines of one version of a service. Listeners say where it takes traffic, service discovery where its endpoints are, and backends which virtual services it calls.',
      'Each Envoy that runs beside such a task names its virtual node in APPMESH_RESOURCE_ARN.',
      'A virtual node that routes lead to, or that provides a virtual service, cannot be deleted.',
    ],
  },
  'virtual-routers': {
    title: 'Virtual routers',
    paragraphs: [
      'A virtual router takes the requests for virtual services and shares them among virtual nodes as its routes say.',
      'Routes with a lower priority value are tried first. A virtual router must have no routes left before it can be deleted.',
    ],
  },
  routes: {
    title: 'Routes',
    paragraphs: [
      'A route matches requests and shares them among its targets by weight. 0 is the highest priority; routes without one come last.',
      'App Mesh retries and times out even where the route does not say so. The tab Effective defaults shows these values.',
    ],
  },
  'virtual-gateways': {
    title: 'Virtual gateways',
    paragraphs: [
      'A virtual gateway is an Envoy at the edge of the mesh: it takes traffic from outside and leads it to virtual services by its gateway routes.',
      'A virtual gateway must have no gateway routes left before it can be deleted.',
    ],
  },
  'gateway-routes': {
    title: 'Gateway routes',
    paragraphs: [
      'A gateway route matches requests from outside and leads them to one virtual service, by default with the matched prefix rewritten to / and the host to the name of the service.',
    ],
  },
  map: {
    title: 'Mesh map',
    paragraphs: [
      'Who calls whom: gateways, services, routers, routes with their weights, and nodes. Select something to see what it is.',
    ],
  },
  proxies: {
    title: 'Proxies',
    paragraphs: [
      'Every Envoy that is connected to this server, what it was sent and what it answered.',
      'SYNCED: it has accepted everything. STALE: it was sent something and has not answered yet. NACKED: it refused something and says why. NOT_SENT: there was nothing to send yet.',
    ],
  },
  'cloud-map': CLOUD_MAP,
  namespaces: CLOUD_MAP,
  services: CLOUD_MAP,
  history: {
    title: 'History',
    paragraphs: ['Every change of every resource: what, when and by whom, newest first.'],
  },
  'get-started': {
    title: 'Get started',
    paragraphs: ['Makes a mesh with a virtual service, a virtual node, a virtual router and a route in four steps.'],
  },
}

export function Help({ topic }: { readonly topic: string }) {
  const { title, paragraphs } = TOPICS[topic] ?? MESHES
  return (
    <HelpPanel header={<h2>{title}</h2>}>
      {paragraphs.map((text) => (
        <Box key={text} variant="p">
          {text}
        </Box>
      ))}
    </HelpPanel>
  )
}
