/** Which requests of browsers are served: every way of a page to reach a control plane that it has no business with. */
import assert from 'node:assert/strict'
import { checkAccess, type AccessRules } from '../../src/http/access.js'

interface Case {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly method?: string
  readonly secure?: boolean
  readonly rules?: Partial<AccessRules>
  /** Undefined: served. */
  readonly refused?: RegExp
}

const OPEN = { loopback: false }
const HOST = /^Host /
const ORIGIN = /^requests of pages of other origins .*Origin/
const NAME = /^pages under the name .* --allowed-hosts/
const SITE = /Sec-Fetch-Site/

const served = (host: string, rules: Partial<AccessRules> = {}): Case => ({
  name: `Host ${host}`,
  headers: { host },
  rules,
})
const unserved = (host: string, rules: Partial<AccessRules> = {}): Case => ({ ...served(host, rules), refused: HOST })

const HOSTS: readonly Case[] = [
  ...['localhost', 'localhost:4080', 'LOCALHOST:4080', 'localhost.', 'shop.localhost:4080', '127.0.0.1:4080'].map(
    (host) => served(host),
  ),
  ...['127.0.0.1', '127.255.1.2:1', '[::1]', '[::1]:4080', 'data-localhost:4080', 'data-127.0.0.1:4080'].map((host) =>
    served(host),
  ),
  ...['data-[::1]:4080', 'Data-LocalHost', 'data-shop.localhost'].map((host) => served(host)),
  ...['evil.example', 'evil.example:4080', 'localhost.evil.example', '127.0.0.1.evil.example', '127.evil'].map((host) =>
    unserved(host),
  ),
  ...['0.0.0.0:4080', '10.0.0.7:4080', '[::]:4080', '[fe80::1]:4080', 'meshkeeper:4080', 'data-evil.example'].map(
    (host) => unserved(host),
  ),
  ...['notlocalhost', 'localhost@evil.example', 'evil.example#localhost', 'evil.example/localhost', ''].map((host) =>
    unserved(host),
  ),
  ...['localhost:80:80', 'data-data-localhost', 'localhost:99999', 'local host', '[::1', '::1', '..localhost..'].map(
    (host) => unserved(host),
  ),
  served('mesh.example.com:4080', { allowedHosts: ['mesh.example.com'] }),
  served('MESH.Example.com', { allowedHosts: ['mesh.example.com'] }),
  served('data-mesh.example.com', { allowedHosts: ['mesh.example.com'] }),
  served('a.b.example.com', { allowedHosts: ['*.example.com'] }),
  unserved('example.com', { allowedHosts: ['*.example.com'] }),
  unserved('evilexample.com', { allowedHosts: ['*.example.com'] }),
  unserved('mesh.example.com.evil', { allowedHosts: ['mesh.example.com'] }),
  { name: 'no Host at all', headers: {} },
  ...['evil.example', 'meshkeeper.mesh.svc:4080', '10.0.0.7:4080'].map((host) => served(host, OPEN)),
]

const page = (
  name: string,
  origin: string,
  host: string,
  other: Partial<Case> & { more?: Record<string, string> } = {},
): Case => ({
  name,
  method: 'PUT',
  ...other,
  headers: { origin, host, ...other.more },
})

const ORIGINS: readonly Case[] = [
  page('own', 'http://localhost:4080', 'localhost:4080'),
  page('own, IPv6', 'http://[::1]:4080', '[::1]:4080'),
  page('own, default port left out', 'http://localhost', 'localhost:80'),
  page('own, TLS', 'https://localhost:4080', 'localhost:4080', { secure: true }),
  page('own, TLS, default port', 'https://localhost', 'localhost:443', { secure: true }),
  page('other port', 'http://localhost:3000', 'localhost:4080', { refused: ORIGIN }),
  page('other name of loopback', 'http://127.0.0.1:4080', 'localhost:4080', { refused: ORIGIN }),
  page('other scheme', 'https://localhost:4080', 'localhost:4080', { refused: ORIGIN }),
  page('plain page to TLS', 'http://localhost:4080', 'localhost:4080', { secure: true, refused: ORIGIN }),
  page('another site', 'http://evil.example', 'localhost:4080', { refused: ORIGIN }),
  page('a page without an origin', 'null', 'localhost:4080', { refused: ORIGIN }),
  page('a file', 'file://', 'localhost:4080', { refused: ORIGIN }),
  page('an extension', 'chrome-extension://abcdef', 'localhost:4080', { refused: ORIGIN }),
  page('empty', '', 'localhost:4080', { refused: ORIGIN }),
  page('a user before the name', 'http://localhost:4080@evil.example', 'localhost:4080', { refused: ORIGIN }),
  page('two origins', 'http://localhost:4080 http://evil.example', 'localhost:4080', { refused: ORIGIN }),
  page('another site by GET', 'http://evil.example', 'localhost:4080', { method: 'GET', refused: ORIGIN }),
  page('a preflight', 'http://evil.example', 'localhost:4080', { method: 'OPTIONS', refused: ORIGIN }),
  page('rebinding on loopback', 'http://evil.example:4080', 'evil.example:4080', { refused: HOST }),
  page('rebinding elsewhere', 'http://evil.example:4080', 'evil.example:4080', { rules: OPEN, refused: NAME }),
  page('rebinding with a forged proxy', 'http://evil.example', '127.0.0.1:4080', {
    more: { 'x-forwarded-host': 'evil.example' },
    refused: NAME,
  }),
  page('a listed name', 'http://mesh.example.com', 'mesh.example.com', {
    rules: { loopback: false, allowedHosts: ['mesh.example.com'] },
  }),
  page('by address', 'http://10.0.0.7:4080', '10.0.0.7:4080', { rules: OPEN }),
  page('by IPv6 address', 'http://[fd00::7]:4080', '[fd00::7]:4080', { rules: OPEN }),
  page('one word', 'http://meshkeeper:4080', 'meshkeeper:4080', { rules: OPEN }),
  page('service of Kubernetes', 'http://meshkeeper.mesh.svc:4080', 'meshkeeper.mesh.svc:4080', { rules: OPEN }),
  page('domain of Kubernetes', 'http://m.n.svc.cluster.local', 'm.n.svc.cluster.local', { rules: OPEN }),
  page('a proxy that ends TLS', 'https://mesh.internal', 'mesh.internal', {
    rules: OPEN,
    more: { 'x-forwarded-proto': 'https' },
  }),
  page('a proxy that says nothing', 'https://mesh.internal', 'mesh.internal', { rules: OPEN, refused: ORIGIN }),
  page('a proxy that asks by another name', 'https://mesh.example.com', 'localhost:4080', {
    rules: { allowedHosts: ['mesh.example.com'] },
    more: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'mesh.example.com' },
  }),
  page('a chain of proxies', 'https://mesh.internal', 'backend', {
    rules: OPEN,
    more: { 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'mesh.internal, backend' },
  }),
  page('a proxy that says nonsense', 'https://mesh.internal', 'mesh.internal', {
    rules: OPEN,
    more: { 'x-forwarded-proto': 'gopher' },
    refused: ORIGIN,
  }),
]

const sites = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  host: 'localhost:4080',
  ...more,
})

const SITES: readonly Case[] = [
  { name: 'own page', headers: sites({ 'sec-fetch-site': 'same-origin' }) },
  { name: 'address bar', headers: sites({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }) },
  {
    name: 'script of another site',
    method: 'GET',
    headers: sites({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }),
    refused: SITE,
  },
  {
    name: 'page on another port',
    method: 'GET',
    headers: sites({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }),
    refused: SITE,
  },
  {
    name: 'link from another site',
    method: 'GET',
    headers: sites({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }),
  },
  {
    name: 'frame of another site',
    method: 'GET',
    headers: sites({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }),
    refused: SITE,
  },
  {
    name: 'form of another site',
    method: 'POST',
    headers: sites({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }),
    refused: SITE,
  },
]

describe('access of browsers', () => {
  for (const [group, cases] of Object.entries({ HOSTS, ORIGINS, SITES }))
    for (const { name, headers, method = 'GET', secure = false, rules = {}, refused } of cases)
      it(`${refused ? 'refuses' : 'serves'}: ${group.toLowerCase()}: ${name}`, () => {
        const reason = checkAccess({ method, headers, secure }, { loopback: true, allowedHosts: [], ...rules })
        if (refused) assert.match(reason ?? 'served', refused)
        else assert.equal(reason, undefined)
      })
})
