from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("patients", "0001_initial")]
    operations = [migrations.CreateModel("Visit", fields=[("id", models.BigAutoField(primary_key=True))])]
