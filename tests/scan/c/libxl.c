#include <libxl.h>

int start(libxl_ctx *ctx, libxl_domain_config *d_config)
{
    libxl_domain_build_info *b_info = &d_config->b_info;
#ifdef LIBXL_HAVE_BUILDINFO_GRANT_LIMITS
    b_info->max_grant_frames = 32;
#endif
    b_info->u.hvm.bios = LIBXL_BIOS_TYPE_OVMF;
    b_info->nobodys_member = 1;
    return libxl_domain_pause(ctx, 0, NULL);
}
