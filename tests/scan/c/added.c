static void f(GPtrArray *args, const char *id)
{
    g_ptr_array_add(args, g_strdup("-nodefaults"));
    g_ptr_array_add(args, g_strdup("-device"));
    g_ptr_array_add(args, g_strdup_printf("virtio-blk-pci,id=%s,scsi=off", id));
}
