import { ref } from 'vue'

const steps = [64, 80, 96, 120, 152, 192, 248, 320] as const
const key = 'ride.images.cell'

/** How large the cells are; kept for the next time. */
export function useZoom() {
  const kept = steps.indexOf(Number(localStorage.getItem(key)) as (typeof steps)[number])
  const at = ref(kept < 0 ? 3 : kept)
  const cellPx = ref<number>(steps[at.value]!)

  function zoom(by: number): void {
    at.value = Math.max(0, Math.min(steps.length - 1, at.value + Math.sign(by)))
    cellPx.value = steps[at.value]!
    localStorage.setItem(key, String(cellPx.value))
  }
  return { cellPx, zoom }
}
