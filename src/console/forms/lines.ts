/** Lines around and beside parts of a form: a grey that is faint in the light and in the dark. */
import type { CSSProperties } from 'react'

export const LINES = { '--form-line': '#8c8c9480' } as CSSProperties
