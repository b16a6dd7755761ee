import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TLS = new URL('../fixtures/tls/', import.meta.url)

export const fixturePath = (name: string): string => fileURLToPath(new URL(name, TLS))
export const fixture = (name: string): Buffer => readFileSync(fixturePath(name))
