/** Every protocol, one line each. Adding one touches its own folder and this list. */

import { ads, adsDiscovery } from './ads/protocol.ts'
import { amqp } from './amqp/protocol.ts'
import { arp } from './arp/protocol.ts'
import { bacnet, bacnetEthernet, bacnetSc } from './bacnet/protocol.ts'
import { bgp } from './bgp/protocol.ts'
import { bsap } from './bsap/protocol.ts'
import { c1222 } from './c1222/protocol.ts'
import { cclinkIe } from './cclink-ie/protocol.ts'
import { cdp } from './cdp/protocol.ts'
import { cip } from './cip/protocol.ts'
import { coap, coapTcp } from './coap/protocol.ts'
import { codesys, codesysService, codesysV2 } from './codesys/protocol.ts'
import { cotp } from './cotp/protocol.ts'
import { dcerpc } from './dcerpc/protocol.ts'
import { dhcp } from './dhcp/protocol.ts'
import { dhcpv6 } from './dhcpv6/protocol.ts'
import { diameter } from './diameter/protocol.ts'
import { dicom } from './dicom/protocol.ts'
import { dlms } from './dlms/protocol.ts'
import { dnp3 } from './dnp3/protocol.ts'
import { dns } from './dns/protocol.ts'
import { doip } from './doip/protocol.ts'
import { dtp } from './dtp/protocol.ts'
import { eapol } from './eapol/protocol.ts'
import { edp } from './edp/protocol.ts'
import { eigrp } from './eigrp/protocol.ts'
import { cipIo, enip } from './enip/protocol.ts'
import { ethercat } from './ethercat/protocol.ts'
import { fdp } from './fdp/protocol.ts'
import { ffHse } from './ff-hse/protocol.ts'
import { ftp, ftpData } from './ftp/protocol.ts'
import { geSrtp } from './ge-srtp/protocol.ts'
import { genisys } from './genisys/protocol.ts'
import { goose } from './goose/protocol.ts'
import { gtp } from './gtp/protocol.ts'
import { hartIp } from './hart-ip/protocol.ts'
import { hl7 } from './hl7/protocol.ts'
import { hsrp } from './hsrp/protocol.ts'
import { http } from './http/protocol.ts'
import { icmp, icmpv6 } from './icmp/protocol.ts'
import { iec101 } from './iec101/protocol.ts'
import { iec104 } from './iec104/protocol.ts'
import { igmp } from './igmp/protocol.ts'
import { ike } from './ike/protocol.ts'
import { imap } from './imap/protocol.ts'
import { ah, esp } from './ipsec/protocol.ts'
import { irc, ircData } from './irc/protocol.ts'
import { kafka } from './kafka/protocol.ts'
import { kerberos } from './kerberos/protocol.ts'
import { knx } from './knx/protocol.ts'
import { l2tp } from './l2tp/protocol.ts'
import { lacp } from './lacp/protocol.ts'
import { cldap, ldap } from './ldap/protocol.ts'
import { lldp } from './lldp/protocol.ts'
import { lontalk } from './lontalk/protocol.ts'
import { melsec, melsecOneE, melsoft } from './melsec/protocol.ts'
import { mms } from './mms/protocol.ts'
import { modbus, modbusRtu } from './modbus/protocol.ts'
import { mqtt } from './mqtt/protocol.ts'
import { mrp } from './mrp/protocol.ts'
import { mysql } from './mysql/protocol.ts'
import { netbiosDatagram } from './netbios-datagram/protocol.ts'
import { niagaraFox } from './niagara-fox/protocol.ts'
import { ntp } from './ntp/protocol.ts'
import { omronFins } from './omron-fins/protocol.ts'
import { opcua } from './opcua/protocol.ts'
import { openvpn } from './openvpn/protocol.ts'
import { osi } from './osi/protocol.ts'
import { ospf } from './ospf/protocol.ts'
import { pim } from './pim/protocol.ts'
import { pjl } from './pjl/protocol.ts'
import { pop3 } from './pop3/protocol.ts'
import { postgresql } from './postgresql/protocol.ts'
import { powerlink } from './powerlink/protocol.ts'
import { ppp, pptpGre } from './ppp/protocol.ts'
import { pppoe } from './pppoe/protocol.ts'
import { pptp } from './pptp/protocol.ts'
import { profinetDcp } from './profinet-dcp/protocol.ts'
import { profinetIoCm } from './profinet-io-cm/protocol.ts'
import { profinetRt } from './profinet-rt/protocol.ts'
import type { AnyProtocol } from './protocol.ts'
import { prp } from './prp/protocol.ts'
import { ptp } from './ptp/protocol.ts'
import { quic } from './quic/protocol.ts'
import { radius } from './radius/protocol.ts'
import { rdp } from './rdp/protocol.ts'
import { redis } from './redis/protocol.ts'
import { rfb } from './rfb/protocol.ts'
import { rocPlus } from './roc-plus/protocol.ts'
import { rpc } from './rpc/protocol.ts'
import { rsh } from './rsh/protocol.ts'
import { rtp } from './rtp/protocol.ts'
import { rtps } from './rtps/protocol.ts'
import { rtsp } from './rtsp/protocol.ts'
import { s7comm } from './s7comm/protocol.ts'
import { s7commPlus } from './s7comm-plus/protocol.ts'
import { sctp } from './sctp/protocol.ts'
import { sercos3 } from './sercos3/protocol.ts'
import { shell } from './shell/protocol.ts'
import { sip } from './sip/protocol.ts'
import { smb } from './smb/protocol.ts'
import { smtp } from './smtp/protocol.ts'
import { snmp } from './snmp/protocol.ts'
import { socks } from './socks/protocol.ts'
import { ssdp } from './ssdp/protocol.ts'
import { ssh } from './ssh/protocol.ts'
import { stp } from './stp/protocol.ts'
import { stun } from './stun/protocol.ts'
import { sampledValues } from './sv/protocol.ts'
import { synchrophasor } from './synchrophasor/protocol.ts'
import { syslog } from './syslog/protocol.ts'
import { sqlBrowser, tds } from './tds/protocol.ts'
import { telnet } from './telnet/protocol.ts'
import { tftp } from './tftp/protocol.ts'
import { dtls, tls } from './tls/protocol.ts'
import { tns } from './tns/protocol.ts'
import { tristation } from './tristation/protocol.ts'
import { udld } from './udld/protocol.ts'
import { vrrp } from './vrrp/protocol.ts'
import { vtp } from './vtp/protocol.ts'
import { websocket } from './websocket/protocol.ts'
import { wireguard } from './wireguard/protocol.ts'
import { wsDiscovery } from './ws-discovery/protocol.ts'
import { xmpp } from './xmpp/protocol.ts'
import { zigbee } from './zigbee/protocol.ts'

// biome-ignore format: one line each, so that two new protocols never meet in one line
export const PROTOCOLS: readonly AnyProtocol[] = [
  arp,
  ads,
  adsDiscovery,
  bacnet,
  bacnetEthernet,
  bacnetSc,
  bsap,
  c1222,
  bgp,
  cclinkIe,
  cdp,
  cip,
  cotp,
  dcerpc,
  dhcp,
  dhcpv6,
  dlms,
  dnp3,
  dns,
  dtls,
  dtp,
  eapol,
  edp,
  eigrp,
  doip,
  enip,
  cipIo,
  ethercat,
  fdp,
  ffHse,
  ftp,
  ftpData,
  goose,
  hartIp,
  hsrp,
  gtp,
  http,
  icmp,
  icmpv6,
  iec104,
  irc,
  ircData,
  imap,
  kafka,
  kerberos,
  ldap,
  cldap,
  diameter,
  dicom,
  genisys,
  igmp,
  ike,
  ah,
  amqp,
  coap,
  coapTcp,
  codesys,
  codesysService,
  codesysV2,
  esp,
  geSrtp,
  hl7,
  iec101,
  l2tp,
  lacp,
  knx,
  lldp,
  melsec,
  melsecOneE,
  melsoft,
  lontalk,
  mms,
  modbus,
  modbusRtu,
  mqtt,
  mrp,
  mysql,
  netbiosDatagram,
  niagaraFox,
  ntp,
  omronFins,
  opcua,
  osi,
  openvpn,
  ospf,
  pim,
  pjl,
  postgresql,
  powerlink,
  pptp,
  ppp,
  pppoe,
  pptpGre,
  profinetDcp,
  profinetIoCm,
  profinetRt,
  prp,
  quic,
  pop3,
  radius,
  ptp,
  rdp,
  redis,
  rocPlus,
  rfb,
  rpc,
  rsh,
  rtps,
  rtsp,
  rtp,
  s7comm,
  s7commPlus,
  sercos3,
  sqlBrowser,
  stp,
  stun,
  sampledValues,
  sctp,
  sip,
  smb,
  smtp,
  snmp,
  socks,
  ssdp,
  ssh,
  synchrophasor,
  syslog,
  tds,
  telnet,
  tftp,
  tls,
  tns,
  tristation,
  udld,
  vrrp,
  vtp,
  websocket,
  wireguard,
  wsDiscovery,
  xmpp,
  zigbee,
  shell,
]
