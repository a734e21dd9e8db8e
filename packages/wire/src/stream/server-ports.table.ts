/**
 * Ports that belong to servers, whether or not we read what they speak: tells who asked when a conversation was
 * already under way. Source: IANA service name and port number registry; the industrial ones from their protocols'
 * own specifications.
 */
export const SERVER_PORTS: Readonly<Record<'tcp' | 'udp', readonly number[]>> = {
  tcp: [
    21, 22, 23, 25, 53, 80, 81, 88, 102, 110, 111, 135, 137, 139, 143, 389, 443, 445, 465, 502, 515, 554, 563, 585, 587, 614, 631, 636, 853,
    989, 990, 992, 993, 995, 1080, 1433, 1434, 1521, 1883, 1911, 2049, 2404, 2811, 3128, 3268, 3306, 3389, 3478, 3479, 4840, 4911, 5060,
    5222, 5223, 5432, 5900, 5985, 5986, 6379, 6666, 6667, 6668, 6669, 8000, 8080, 8443, 8883, 8888, 9092, 9600, 18245, 19999, 20000, 20547,
    34962, 34963, 34964, 44818, 48898, 50000, 62900,
  ],
  udp: [
    53, 67, 69, 88, 111, 123, 137, 138, 161, 162, 443, 500, 514, 1812, 1813, 2123, 2152, 2222, 3389, 3478, 3544, 4500, 4789, 5060, 5072,
    5353, 5355, 6081, 9600, 18246, 20000, 34964, 44818, 47808,
  ],
}
