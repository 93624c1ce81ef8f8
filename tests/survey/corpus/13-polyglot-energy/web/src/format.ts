export function format(wh: number): string {
  return wh < 1000 ? `${wh} Wh` : `${(wh / 1000).toFixed(1)} kWh`;
}
