/** The rooms of docs/architecture.md: who may import whom. A room not listed in ALLOWED may import nothing of ours. */
const ALLOWED = {
  model: [],
  envoy: [],
  auth: [],
  certs: ['model'],
  translate: ['model', 'envoy'],
  codec: ['envoy'],
  http2: [],
  xds: ['codec', 'envoy', 'http2'],
  store: ['model'],
  http: ['model'],
  api: ['model', 'store', 'auth', 'http'],
  'cloud-map': ['model', 'store', 'auth', 'http'],
  control: ['model', 'store', 'cloud-map', 'translate', 'codec', 'xds'],
  management: ['model', 'store', 'control', 'xds', 'codec', 'http'],
  bootstrap: ['model', 'envoy'],
  cli: ['model', 'auth', 'certs', 'bootstrap'],
  console: ['model'],
  server: [
    'model',
    'envoy',
    'auth',
    'certs',
    'translate',
    'codec',
    'xds',
    'store',
    'http',
    'api',
    'cloud-map',
    'control',
    'management',
    'bootstrap',
    'console',
  ],
}

const rooms = Object.entries(ALLOWED).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `${room} may import ${allowed.length ? allowed.join(', ') : 'no other room'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}))

const only = (name, module, from) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: from },
  to: { path: `node_modules/${module}/` },
})

module.exports = {
  forbidden: [
    ...rooms,
    {
      name: 'no-circular',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/envoy/generated/' },
      to: { circular: true },
    },
    {
      name: 'main-wires',
      severity: 'error',
      from: { path: '^src/(main|commands)\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(commands\\.ts$|(server|store|certs|cli)/)' },
    },
    {
      name: 'pure-rooms-no-node',
      severity: 'error',
      from: { path: '^src/(model|envoy|translate)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'model-no-compiler',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: 'node_modules/typebox/build/(compile|schema|value)' },
    },
    only('protobuf-in-codec', '(protobufjs|@grpc/proto-loader)', '^src/(codec|envoy/generated)/'),
    // Its types only: the server is our own (docs/adr/0011-own-grpc-transport.md); grpc-js is for clients.
    only('grpc-js-types-in-codec', '@grpc/grpc-js', '^src/(envoy/generated/|codec/services\\.ts$)'),
    {
      // HTTP/2 is our own (docs/adr/0019-own-http2.md); Node's is for clients in tests.
      name: 'no-node-http2',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(node:)?http2$' },
    },
    only('dns-packet-in-dns', '(@types/)?dns-packet', '^src/cloud-map/dns/'),
    only('pino-in-logger', 'pino', '^src/server/logger\\.ts$'),
    only('aws-sdk-in-calls', '@aws-sdk', '^src/cloud-map/aws/calls\\.ts$'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
}
