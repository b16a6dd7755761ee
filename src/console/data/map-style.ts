/** Words and colours of the map, in light and in dark mode, for the screen and for exported pictures. */
import type { BoxKind, LinkKind } from './map-graph.js'
import type { Severity } from './map-status.js'

export const KIND_TITLES: Readonly<Record<BoxKind, string>> = {
  virtualGateway: 'Virtual gateway',
  gatewayRoute: 'Gateway route',
  virtualService: 'Virtual service',
  virtualRouter: 'Virtual router',
  route: 'Route',
  virtualNode: 'Virtual node',
  external: 'External',
}

export const LINK_TITLES: Readonly<Record<LinkKind, string>> = {
  traffic: 'Routes traffic to',
  backend: 'May call (backend)',
  discovery: 'Has its endpoints at',
  egress: 'May leave the mesh to',
}

export interface MapPalette {
  readonly page: string
  readonly box: string
  readonly border: string
  readonly text: string
  readonly quiet: string
  readonly good: string
  readonly kinds: Readonly<Record<BoxKind, string>>
  readonly links: Readonly<Record<LinkKind, string>>
  readonly severities: Readonly<Record<Severity, { readonly text: string; readonly fill: string }>>
}

export const PALETTES: Readonly<Record<'light' | 'dark', MapPalette>> = {
  light: {
    page: '#f6f6f9',
    box: '#ffffff',
    border: '#b4b4bb',
    text: '#0f141a',
    quiet: '#424650',
    good: '#00802f',
    kinds: {
      virtualGateway: '#7d2105',
      gatewayRoute: '#c2410c',
      virtualService: '#0972d3',
      virtualRouter: '#6b40b2',
      route: '#7d50c7',
      virtualNode: '#067f68',
      external: '#656871',
    },
    links: { traffic: '#5f6b7a', backend: '#0972d3', discovery: '#656871', egress: '#8c8c94' },
    severities: {
      error: { text: '#ffffff', fill: '#c3160f' },
      warning: { text: '#16191f', fill: '#f9c74f' },
      info: { text: '#ffffff', fill: '#0f5aa8' },
    },
  },
  dark: {
    page: '#0f141a',
    box: '#1b232d',
    border: '#5f6b7a',
    text: '#ebebf0',
    quiet: '#b6bec9',
    good: '#4fd17c',
    kinds: {
      virtualGateway: '#f7936b',
      gatewayRoute: '#fbb38a',
      virtualService: '#539fe5',
      virtualRouter: '#b088f5',
      route: '#cbb0fa',
      virtualNode: '#2ea597',
      external: '#a4a4ad',
    },
    links: { traffic: '#8d99a8', backend: '#539fe5', discovery: '#8c8c94', egress: '#72747e' },
    severities: {
      error: { text: '#ffffff', fill: '#c3160f' },
      warning: { text: '#16191f', fill: '#f9c74f' },
      info: { text: '#ffffff', fill: '#0f5aa8' },
    },
  },
}

/** Dashes of a line, as SVG writes them; absent for a solid one. */
export const LINK_DASHES: Partial<Record<LinkKind, string>> = { backend: '7 5', discovery: '2 4', egress: '1 6' }
