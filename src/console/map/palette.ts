/** The colours of the map as CSS custom properties: a stylesheet cannot know them, the Content-Security-Policy forbids another. */
import type { CSSProperties } from 'react'
import type { BoxKind } from '../data/map-graph.js'
import type { Severity } from '../data/map-status.js'
import { PALETTES, type MapPalette } from '../data/map-style.js'

export function paletteOf(isDark: boolean): MapPalette {
  return isDark ? PALETTES.dark : PALETTES.light
}

export function mapVariables(palette: MapPalette): CSSProperties {
  const { page, box, border, text, quiet, good, links } = palette
  return {
    '--map-page': page,
    '--map-box': box,
    '--map-border': border,
    '--map-text': text,
    '--map-quiet': quiet,
    '--map-good': good,
    '--map-focus': links.backend,
    '--map-found': palette.severities.warning.fill,
  } as CSSProperties
}

export function kindVariable(palette: MapPalette, kind: BoxKind): CSSProperties {
  return { '--map-kind': palette.kinds[kind] } as CSSProperties
}

export function badgeVariables(palette: MapPalette, severity: Severity): CSSProperties {
  const { fill, text } = palette.severities[severity]
  return { '--badge-fill': fill, '--badge-text': text } as CSSProperties
}
