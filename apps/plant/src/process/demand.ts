/** How much water the town draws, in m³/h, by the hour of the day: a morning peak, an evening peak, a quiet night. */
export function demandAt(hour: number): number {
  return 175 + 165 * bell(hour, 7.4, 1.7) + 60 * bell(hour, 12.5, 2.4) + 130 * bell(hour, 18.9, 2.3)
}

/** A day has no edge: 23:30 is half an hour before 0:00. */
function bell(hour: number, peak: number, width: number): number {
  const away = Math.abs(hour - peak)
  const distance = Math.min(away, 24 - away) / width
  return Math.exp(-distance * distance)
}
