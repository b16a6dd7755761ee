/**
 * Which requests of browsers are served. A web page can make the browser of whoever looks at it send requests here: across origins, or, with a name that
 * its owner points at this machine (DNS rebinding), as if they were our own. Neither may reach a control plane that trusts whoever can connect.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isIpv4, isIpv6 } from '../model/ip-address.js'

export interface AccessRules {
  /** The listener is on a loopback address: nobody has another name for it than those of loopback. */
  readonly loopback: boolean
  /** Further names, lower case; `*.example.com` stands for everything below it. */
  readonly allowedHosts: readonly string[]
}

export interface BrowserRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Came over TLS. */
  readonly secure: boolean
}

/** For servers that say nothing else. */
export const STRICT: AccessRules = { loopback: true, allowedHosts: [] }

/** Why the request is refused; undefined when it is not. */
export function checkAccess(request: BrowserRequest, rules: AccessRules): string | undefined {
  return checkHost(request, rules) ?? checkSite(request) ?? checkOrigin(request, rules)
}

/** AWS SDKs write it before the name of the server that they send DiscoverInstances to. */
const DATA_PREFIX = 'data-'

function checkHost({ headers: { host } }: BrowserRequest, { loopback, allowedHosts }: AccessRules): string | undefined {
  // HTTP/1.0 has no Host, and no browser speaks it.
  if (!loopback || host === undefined) return undefined
  const forms = host.toLowerCase().startsWith(DATA_PREFIX) ? [host, host.slice(DATA_PREFIX.length)] : [host]
  const names = forms.flatMap((form) => hostName(`http://${form}`) ?? [])
  if (names.some((name) => isLoopback(name) || isListed(name, allowedHosts))) return undefined
  return `Host ${quote(host)} is no name of loopback, where this server listens: ask for localhost, or list the name in --allowed-hosts`
}

/** What browsers say by themselves, over TLS and on loopback: a page cannot make it up. */
function checkSite({ method, headers }: BrowserRequest): string | undefined {
  const site = headers['sec-fetch-site']
  if (site !== 'cross-site' && site !== 'same-site') return undefined
  // A link that leads here.
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (isLink && (method === 'GET' || method === 'HEAD')) return undefined
  return 'requests of pages of other origins are not served (Sec-Fetch-Site)'
}

function checkOrigin(request: BrowserRequest, { allowedHosts }: AccessRules): string | undefined {
  const { origin } = request.headers
  if (origin === undefined) return undefined
  if (!ownOrigins(request).includes(normalize(origin) ?? '')) {
    return `requests of pages of other origins are not served: Origin ${quote(origin)} is not that of this request`
  }
  const name = hostName(origin) ?? ''
  if (isUnforgeable(name) || isListed(name, allowedHosts)) return undefined
  return `pages under the name ${quote(name)} may not change anything here: list it in --allowed-hosts if it is one of this server`
}

/**
 * The origins that a page of this server has, as far as the request tells. A proxy in front may have ended the TLS, or asked under another name; a page
 * of another origin cannot say so in its place, for browsers let it send no such header without asking first.
 */
function ownOrigins({ headers, secure }: BrowserRequest): (string | undefined)[] {
  const { host } = headers
  const forwardedHost = firstOf(headers['x-forwarded-host'])
  const forwardedProto = firstOf(headers['x-forwarded-proto'])
  const schemes = [secure ? 'https' : 'http', ...(forwardedProto === undefined ? [] : [forwardedProto])]
  const hosts = [...(host === undefined ? [] : [host]), ...(forwardedHost === undefined ? [] : [forwardedHost])]
  return schemes.flatMap((scheme) => hosts.map((each) => normalize(`${scheme}://${each}`))).filter(Boolean)
}

/** As a browser writes it: without the port of the scheme. Undefined for what is no origin of a page that came over HTTP. */
function normalize(text: string): string | undefined {
  const url = parse(text)
  return url && `${url.protocol}//${url.host.replace(/\.(?=:|$)/, '')}`
}

/** The name or address in an origin, lower case, IPv6 without brackets; undefined when it is none. */
function hostName(origin: string): string | undefined {
  return parse(origin)
    ?.hostname.replace(/\.$/, '')
    .replace(/^\[|\]$/g, '')
}

function parse(text: string): URL | undefined {
  // Nothing but scheme, name and port: else a path or a user could hide what the name is.
  if (!/^https?:\/\/[^\s/?#@\\]+$/i.test(text) || !URL.canParse(text)) return undefined
  return new URL(text)
}

function isLoopback(name: string): boolean {
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || (isIpv4(name) && name.startsWith('127.'))
  )
}

/** Domains that no public DNS has names in: RFC 2606, 6762, 8375, 9476, ICANN's .internal, and those of Kubernetes. */
const PRIVATE_DOMAINS = ['localhost', 'local', 'internal', 'home.arpa', 'test', 'alt', 'svc', 'cluster.local']

/** A name that nobody outside can point at this machine: an address, one word, or one in a domain that is never public. */
function isUnforgeable(name: string): boolean {
  if (isLoopback(name) || isIpv4(name) || isIpv6(name)) return true
  return !name.includes('.') || PRIVATE_DOMAINS.some((domain) => name.endsWith(`.${domain}`))
}

function isListed(name: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((allowed) => (allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed))
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const text = [header].flat()[0]?.split(',')[0]?.trim().toLowerCase()
  return text === '' ? undefined : text
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
