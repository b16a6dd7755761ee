/** How the console calls the values that several fields share: App Mesh's own words (users-and-peers.md section 4.1). */

export const PROTOCOLS = { http: 'http', http2: 'http2', grpc: 'grpc', tcp: 'tcp' }

/** Gateways take no plain tcp. */
export const GATEWAY_PROTOCOLS = { http: 'http', http2: 'http2', grpc: 'grpc' }

export const IP_PREFERENCES = {
  IPv6_PREFERRED: 'IPv6 preferred',
  IPv4_PREFERRED: 'IPv4 preferred',
  IPv6_ONLY: 'IPv6 only',
  IPv4_ONLY: 'IPv4 only',
}

export const METHODS = {
  GET: 'GET',
  HEAD: 'HEAD',
  POST: 'POST',
  PUT: 'PUT',
  DELETE: 'DELETE',
  CONNECT: 'CONNECT',
  OPTIONS: 'OPTIONS',
  TRACE: 'TRACE',
  PATCH: 'PATCH',
}
