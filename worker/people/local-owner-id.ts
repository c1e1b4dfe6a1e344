/** The one owner of an embedded server, and the organisation. Fixed ids make the seeding harmless when it is done twice. */
export const LOCAL_OWNER = { id: 'usr_00000000000070008000000000000001', name: 'Local owner', email: 'owner@specwright.local' };
export const LOCAL_ORGANISATION = { id: 'org_00000000000070008000000000000001', name: 'This machine' };
