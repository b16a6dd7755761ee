/** Light or dark, comfortable or compact: as the person chose, else as the system says. Kept in the browser. */
import { applyDensity, applyMode, Density, Mode } from '@cloudscape-design/global-styles'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { readStored, writeStored } from './storage.js'

export type ModeChoice = 'light' | 'dark' | 'system'
export type DensityChoice = 'comfortable' | 'compact'

export interface Modes {
  readonly choice: ModeChoice
  readonly density: DensityChoice
  /** What the choice comes to. */
  readonly isDark: boolean
  readonly choose: (choice: ModeChoice) => void
  readonly chooseDensity: (density: DensityChoice) => void
}

const ModesContext = createContext<Modes | undefined>(undefined)
const SYSTEM_DARK = window.matchMedia('(prefers-color-scheme: dark)')

export function ModesProvider({ children }: { readonly children: ReactNode }) {
  const [choice, choose] = useState(readMode)
  const [density, chooseDensity] = useState(readDensity)
  const systemIsDark = useSystemIsDark()
  const isDark = isDarkWith(choice, systemIsDark)
  useEffect(() => {
    applyMode(isDark ? Mode.Dark : Mode.Light)
    writeStored('mode', choice)
  }, [isDark, choice])
  useEffect(() => {
    applyDensity(density === 'compact' ? Density.Compact : Density.Comfortable)
    writeStored('density', density)
  }, [density])
  const modes = useMemo(() => ({ choice, density, isDark, choose, chooseDensity }), [choice, density, isDark])
  return <ModesContext value={modes}>{children}</ModesContext>
}

/** Before anything is drawn: a dark page does not begin white. */
export function applyStoredModes(): void {
  applyMode(isDarkWith(readMode(), SYSTEM_DARK.matches) ? Mode.Dark : Mode.Light)
  applyDensity(readDensity() === 'compact' ? Density.Compact : Density.Comfortable)
}

function isDarkWith(choice: ModeChoice, systemIsDark: boolean): boolean {
  return choice === 'dark' || (choice === 'system' && systemIsDark)
}

function readMode(): ModeChoice {
  return readStored<ModeChoice>('mode', 'system')
}

function readDensity(): DensityChoice {
  return readStored<DensityChoice>('density', 'comfortable')
}

export function useModes(): Modes {
  const modes = useContext(ModesContext)
  if (!modes) throw new Error('no modes around this component')
  return modes
}

function useSystemIsDark(): boolean {
  const [isDark, setDark] = useState(SYSTEM_DARK.matches)
  useEffect(() => {
    const follow = (): void => setDark(SYSTEM_DARK.matches)
    SYSTEM_DARK.addEventListener('change', follow)
    return () => SYSTEM_DARK.removeEventListener('change', follow)
  }, [])
  return isDark
}
