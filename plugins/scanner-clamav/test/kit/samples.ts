/** The EICAR test file, put together here so that no scanner of a developer's machine objects to this source. */
export const eicar = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''),
  'latin1',
)

/** What the test database knows as Marker.Test, anywhere in a content. */
export const marker = Buffer.from(['marked-for', 'clamd'].join('-'))
