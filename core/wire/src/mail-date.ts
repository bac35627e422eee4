/** RFC 5322, 3.3: `Tue, 24 Nov 2026 18:30:00 +0000`. */
export function mailDate(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000')
}
