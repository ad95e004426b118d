/* The function of mscms.dll that Wine 8 only names: no colour profile. For the build machine only, never shipped. */
void *s_WcsCreateIccProfile(void *profile, unsigned options)
{
    (void)profile;
    (void)options;
    return 0;
}
