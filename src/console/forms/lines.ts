/** Lines around and beside parts of a form, in the colour of the mode. */
import { colorBorderDividerDefault } from '@cloudscape-design/design-tokens'
import type { CSSProperties } from 'react'

export const LINES = { '--form-line': colorBorderDividerDefault } as CSSProperties
