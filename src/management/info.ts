/** `GET /info`: what runs here. */
import Type from 'typebox'
import type { Endpoint } from './endpoint.js'
import { answer, Revision } from './shapes.js'

const Origin = answer('CloudMapOrigin', {
  source: Type.Enum(['embedded', 'aws']),
  region: Type.Optional(Type.String()),
  endpoint: Type.Optional(Type.String()),
  namespaces: Type.Optional(Type.Array(Type.String())),
})

export const INFO: Endpoint = {
  operation: 'GetInfo',
  path: '/info',
  summary: 'What this server is, and how far it is',
  answer: answer('Info', {
    version: Type.String(),
    account: Type.String(),
    region: Type.String(),
    store: Type.Enum(['sqlite', 'postgres']),
    cloudMap: Type.Array(Origin),
    appliedRevision: Revision,
    head: Revision,
    consoleReadOnly: Type.Boolean(),
  }),
  handle: async ({ store, control, version, account, region, storeKind, cloudMap }) => ({
    ...{ version, account, region, store: storeKind, cloudMap },
    appliedRevision: control.appliedRevision,
    head: await store.head(),
    consoleReadOnly: false,
  }),
}
