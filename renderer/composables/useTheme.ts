import { computed, readonly, ref, watchEffect } from 'vue'
import { themes, type Theme } from '../../shared/contract/app.ts'

const key = 'ride.theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(system.matches)
system.addEventListener('change', (event) => (systemIsDark.value = event.matches))

const stored = localStorage.getItem(key)
const theme = ref<Theme>(themes.find((known) => known === stored) ?? 'system')
const isDark = computed(() => (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark'))

/** Charts paint on a canvas, where CSS variables do not reach: these are asked for whenever the theme changes. */
const tokenNames = ['font', 'ground', 'surface', 'raised', 'sunken', 'line', 'line-strong', 'ink', 'ink-soft', 'ink-faint', 'accent', 'focus', 'danger', 'many', 'many-ink', 'many-soft', 'medium', 'medium-ink', 'medium-soft', 'few', 'few-ink', 'few-soft'] as const
type TokenName = (typeof tokenNames)[number]

function applied(dark: boolean): Readonly<Record<TokenName, string>> {
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(tokenNames.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<TokenName, string>
}

const tokens = ref(applied(isDark.value))
watchEffect(() => (tokens.value = applied(isDark.value)))

function choose(chosen: Theme): void {
  theme.value = chosen
  localStorage.setItem(key, chosen)
}

/** The theme that is chosen, its font and colours; `tokens` has the values of the CSS variables of the same names. */
export function useTheme() {
  return { theme: readonly(theme), isDark, tokens: readonly(tokens), choose }
}
