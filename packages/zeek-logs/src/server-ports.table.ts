/**
 * Ports that Zeek with its ICS packages takes for servers' (`likely_server_ports`): the ones its analyzers register. conn.log names the
 * originator by them, and by them only, where no handshake was seen.
 */
export const ZEEK_SERVER_PORTS: Readonly<Record<'tcp' | 'udp', ReadonlySet<number>>> = {
  tcp: new Set([
    21, 22, 25, 53, 80, 81, 88, 102, 110, 111, 135, 137, 139, 143, 389, 443, 445, 502, 514, 563, 585, 587, 614, 631, 636, 853, 989, 990,
    992, 993, 995, 1080, 1433, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 4840, 5060, 5222, 5223, 5269, 5432, 6666, 6667, 6668, 6669, 8000,
    8080, 8888, 20000, 44818,
  ]),
  udp: new Set([
    53, 67, 88, 111, 123, 137, 161, 162, 389, 443, 514, 1812, 2123, 2152, 3389, 3544, 4011, 4789, 5060, 5072, 5353, 5355, 6081, 20000,
    44818, 47808,
  ]),
}
