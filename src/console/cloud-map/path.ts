/** Addresses of the Cloud Map pages. */

export function namespacePath(id: string): string {
  return `/cloud-map/namespaces/${encodeURIComponent(id)}`
}

export function servicePath(namespaceId: string, id: string): string {
  return `${namespacePath(namespaceId)}/services/${encodeURIComponent(id)}`
}
